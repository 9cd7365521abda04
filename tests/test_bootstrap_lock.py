"""The lock of a bundle: that it answers for everything the project asks for, and that pip is held to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studio import bootstrap_system
from studio.bootstrap_lock import EXTRAS, LOCK, audit_command, lock_command, pinned_torch, without_torch
from studio.bootstrap_venv import interpreter
from tests.bootstrapping import ROOT, Machine, make_machine, needs_sh

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = (ROOT / LOCK).read_text("utf-8")
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64", "os_name": "nt"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64", "os_name": "posix"},
}
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def locked(environment: Mapping[str, str]) -> dict[str, str]:
    """What the lock names for a system: library -> version."""
    found = {}
    for line in re.findall(r"^([A-Za-z0-9].*?) \\$", TEXT, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is named twice"
            found[name] = str(requirement.specifier).removeprefix("==")
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_answers_all_that_the_project_asks_for(system: str, python: str) -> None:
    environment = {**SYSTEMS[system], "python_version": python, "python_full_version": f"{python}.4"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(line for extra in EXTRAS for line in project["optional-dependencies"][extra])]
    versions = locked(environment)
    lacking = [
        line
        for line in map(Requirement, asked)
        if line.marker is None or line.marker.evaluate(environment)
        if not line.specifier.contains(versions.get(canonicalize_name(line.name), "0"))
    ]
    assert not lacking, f"{[str(line) for line in lacking]}: write the lock anew (python3 -m studio.bootstrap lock)"


def test_every_library_of_the_lock_has_hashes_and_the_lock_names_no_place() -> None:
    for entry in re.split(r"^(?=[a-z])", TEXT, flags=re.MULTILINE)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]
    assert not re.search(r"://|--index-url|--find-links|-[cr] /", TEXT)


def test_without_torch_nothing_is_left_that_only_its_build_for_cards_needs() -> None:
    left = re.findall(r"^([a-z][\w.-]*)==", without_torch(TEXT), re.MULTILINE)
    assert {"sympy", "numpy", "timm", "tensorboard"} <= set(left)
    assert not [name for name in left if name.startswith(("torch", "nvidia", "cuda", "triton"))]
    assert [line.split("==")[0] for line in pinned_torch(TEXT)] == ["torch", "torchvision"]


@pytest.fixture
def locked_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = make_machine(tmp_path, monkeypatch)
    monkeypatch.setattr(bootstrap_system, "FOR_A_SCREEN", {})
    (machine.root / LOCK).parent.mkdir(parents=True)
    (machine.root / LOCK).write_text(TEXT, "utf-8")
    return machine


@needs_sh
def test_a_bundle_is_built_from_the_lock_and_leaves_the_working_environment_alone(locked_machine: Machine) -> None:
    assert locked_machine.run("bundle") == 0
    installed = locked_machine.asked("-m pip install")
    assert f"--require-hashes --no-deps -r {locked_machine.root / LOCK}" in installed[0]
    assert all("--no-index --no-deps --no-build-isolation" in line for line in installed[1:])
    assert not locked_machine.venv.exists()
    assert interpreter(locked_machine.root / "build" / "venv").exists()


@needs_sh
def test_torch_comes_from_the_index_that_was_named_with_what_its_build_for_cards_needs(locked_machine: Machine) -> None:
    locked_machine.run("--torch-index", "https://example.org/cpu", "bundle")
    hashed, torch, _ = locked_machine.asked("-m pip install")
    assert "--require-hashes" in hashed
    assert hashed.endswith("without-torch.txt")
    assert f"--index-url https://example.org/cpu {' '.join(pinned_torch(TEXT))}" in torch
    assert "--no-deps" not in torch


@needs_sh
def test_a_changed_lock_makes_the_environment_of_the_bundle_anew(locked_machine: Machine) -> None:
    locked_machine.run("bundle")
    locked_machine.asked("")
    locked_machine.run("bundle")
    assert not locked_machine.asked("pip")
    with (locked_machine.root / LOCK).open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    locked_machine.run("bundle")
    assert locked_machine.asked("-m venv")


@needs_sh
def test_lock_and_audit_are_commands_of_the_project(locked_machine: Machine) -> None:
    locked_machine.run("lock", "--upgrade")
    assert locked_machine.asked("uv pip compile") == [" ".join(lock_command(["--upgrade"]))]
    locked_machine.run("audit", "-f", "json")
    assert locked_machine.asked("pip_audit") == [" ".join(audit_command(["-f", "json"]))]
