"""What the command line tells whoever looks after the machine, and what it writes into the log."""

from __future__ import annotations

from pathlib import Path

import pytest

import studio
from studio.cli import main
from studio.core import log


def test_about_says_versions_folders_and_the_end_of_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "no-such-part"]) == 2
    capsys.readouterr()
    assert main(["--workspace", str(tmp_path), "about"]) == 0
    said = capsys.readouterr().out
    for expected in (
        "Spotless Studio: ",
        "torch ",
        f"Workspace: {tmp_path} (",
        f"Log: {log.log_file()}",
        "Graphics cards: ",
    ):
        assert expected in said
    assert "licences WARNING refused: no part" in said


def test_a_failure_of_ours_is_in_the_log_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("no part at all")

    monkeypatch.setattr("studio.cli_about.parts", fail)
    assert main(["licences"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    written = log.log_file().read_text("utf-8")
    assert "licences ERROR failed: no part at all" in written
    assert "    ZeroDivisionError: no part at all" in written


def test_no_words_of_the_command_line_get_into_the_log(tmp_path: Path) -> None:
    storage = "postgresql://studio:secret@localhost/search"
    assert main(["search", str(tmp_path / "missing"), "--storage", storage, "--trials", "1"]) == 2
    assert "secret" not in log.log_file().read_text("utf-8")


def test_licences_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) > 40
    assert listed[0].split() == ["Spotless", "Studio", studio.__version__, "MIT"]
    assert main(["licences", "qt", "inter"]) == 0
    text = capsys.readouterr().out
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "SIL OPEN FONT LICENSE" in text
    assert "MIT License\n\nCopyright (c) 2026 Spotless" not in text


def test_an_unknown_part_is_said_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "no-such-part"]) == 2
    assert "studio licences --list" in capsys.readouterr().err
