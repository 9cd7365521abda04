"""The machine stays awake while it trains."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from studio.ui.device import cores, device_in_words
from studio.ui.keep_awake import KeepAwake


def test_whoever_holds_it_awake_ends_with_this_process() -> None:
    for system in ("Linux", "Darwin"):
        assert str(os.getpid()) in " ".join(KeepAwake(system).command())


def test_without_a_way_to_ask_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for system in ("Linux", "Darwin", "Plan 9"):
        awake = KeepAwake(system)
        awake.start()
        assert not awake.is_on
        awake.stop()


@pytest.mark.skipif(shutil.which("tail") is None, reason="this system has no tail to stand in for the helper")
def test_the_helper_runs_until_it_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "systemd-inhibit"
    stand_in.write_text('#!/bin/sh\nexec tail -f /dev/null --pid="${6#--pid=}"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    awake = KeepAwake("Linux")
    awake.start()
    assert awake.is_on
    awake.start()
    awake.stop()
    assert not awake.is_on


def test_the_device_is_told_in_words() -> None:
    words = device_in_words()
    assert cores() >= 1
    assert words
    assert "\n" not in words
