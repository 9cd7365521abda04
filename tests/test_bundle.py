"""The program that uses a bundle, on bundles that are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bundle.__main__ import use
from tests.bundle.place import Place, read_only
from tests.bundle.steps import NotHereError, outcomes

needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a program is a shell script")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder whose console program says a version that is nobody's, and fails at everything else."""
    folder = tmp_path / "built"
    folder.mkdir()
    program = folder / "studio"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Spotless Studio 99" && exit 0\nexit 7\n', "utf-8")
    program.chmod(0o755)
    return folder


@needs_sh
def test_a_step_that_fails_is_told_and_becomes_the_exit_code(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert use(bundle, tmp_path / "scratch", ["starts", "search"]) == 1
    said = capsys.readouterr().out
    assert "2 of 2 steps failed" in said
    assert "Spotless Studio 99" in said
    assert "`studio search` ended with 7" in said


@needs_sh
def test_a_bundle_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    assert use(tmp_path / "nowhere", tmp_path / "scratch", ["starts"]) == 2


@needs_sh
def test_a_bundle_in_use_cannot_be_written_to_and_can_afterwards(bundle: Path, tmp_path: Path) -> None:
    with read_only(bundle, tmp_path / "installed") as (folder, how):
        if how.startswith("nothing"):
            pytest.skip("this user may write everywhere, and mount nothing")
        with pytest.raises(OSError, match="Read-only|denied"):
            (folder / "new").touch()
    (bundle / "new").touch()
    assert not (tmp_path / "installed").is_mount()


@needs_sh
def test_what_a_step_leaves_running_fails_it_and_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bundle.place.LEAVING_S", 0.1)
    place = Place(folder=Path(sys.executable).resolve().parent, scratch=tmp_path)
    monkeypatch.setattr(Place, "processes", lambda self: [one for one in started if one.poll() is None])
    started = []

    def forgets(place: Place) -> str:
        started.append(place.start([sys.executable, "-c", "import time; time.sleep(600)"]))
        return "done"

    def lacks(place: Place) -> str:
        raise NotHereError("no such thing here")

    forgot, lacked = outcomes({"forgets": forgets, "lacks": lacks}, place)
    assert forgot.result == "FAILED"
    assert forgot.seen.startswith("left behind")
    assert (lacked.result, lacked.seen) == ("skipped", "no such thing here")
    assert started[0].wait(10) != 0
    started[0].communicate()
