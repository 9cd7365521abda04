"""The wheel: what is installed works from any folder, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio import __version__
from tests.imports import ROOT, modules


@dataclass(frozen=True)
class Installed:
    """The wheel, installed into a folder of its own on top of the libraries that the tests run with."""

    site: Path
    elsewhere: Path

    def run(self, *words: str, timeout_s: float = 60) -> str:
        """Run the interpreter on it, from a folder that knows nothing of the checkout.

        Returns:
            what it printed.
        """
        environment = {**os.environ, "PYTHONPATH": str(self.site)}
        return succeed([sys.executable, *words], cwd=self.elsewhere, env=environment, timeout=timeout_s)


def succeed(command: list[str], *, timeout: float = 120, **how: Any) -> str:
    """Run something that has to work; what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout, **how)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    site, elsewhere = folder / "site", folder / "elsewhere"
    elsewhere.mkdir()
    # Nothing is fetched: what builds the wheel is among the libraries for tests.
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    succeed([sys.executable, *build])
    (wheel,) = folder.glob("spotless_studio-*.whl")
    install = ["-m", "pip", "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    succeed([sys.executable, *install])
    return Installed(site, elsewhere)


def test_an_installed_wheel_says_its_version_from_any_folder(installed: Installed) -> None:
    assert __version__ in installed.run("-m", "studio", "--version")


def test_the_command_is_installed_with_it(installed: Installed) -> None:
    (command,) = (file for file in (installed.site / "bin").iterdir() if file.stem == "studio")
    assert __version__ in installed.run(str(command), "--version")


def test_it_holds_every_module_and_nothing_else(installed: Installed) -> None:
    assert set(modules(installed.site / "studio")) == set(modules(ROOT / "studio"))
    top = {entry.name for entry in installed.site.iterdir()} - {"bin", "studio", "__pycache__"}
    assert [name for name in top if not name.endswith(".dist-info")] == []


def test_its_resources_are_found_and_whole(installed: Installed) -> None:
    source = ROOT / "resources"
    names = [str(file.relative_to(source).as_posix()) for file in source.rglob("*") if file.is_file()]
    assert names
    code = """if True:
        import sys
        from studio.core import resources
        for name in sys.argv[1:]:
            print(resources.path(name))
    """
    found = installed.run("-c", code, *names).splitlines()
    for name, file in zip(names, found, strict=True):
        assert installed.site in Path(file).parents
        assert Path(file).read_bytes() == (source / name).read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_its_demo_runs_from_any_folder(installed: Installed, tmp_path: Path) -> None:
    told = installed.run("-m", "studio", "demo", "--out", str(tmp_path / "demo"), timeout_s=540)
    assert told
    assert list((tmp_path / "demo").rglob("best.pt"))
