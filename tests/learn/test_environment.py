"""What a run remembers of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.errors import UserError
from studio.core.runs import RunFolder
from studio.learn.environment import (
    Environment,
    Resolved,
    describe_machine,
    differences,
    read_environment,
    write_environment,
)

RESOLVED = Resolved(device="cpu", precision="float32", threads=2, workers=0, processes=1)


def test_it_survives_the_file(tmp_path: Path):
    run = RunFolder(tmp_path)
    for environment in (Environment(data="/photos"), Environment(data="/photos", dataset="/set", resolved=RESOLVED)):
        write_environment(run, environment)
        assert read_environment(run) == environment


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"data": "x", "dataset": "", "fingerprint": "", "resolved": 3}'])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, text: str):
    run = RunFolder(tmp_path)
    run.environment.write_text(text)
    with pytest.raises(UserError, match=r"environment\.json"):
        read_environment(run)


def test_a_machine_differs_from_another_in_words():
    here = describe_machine()
    assert differences(here, here) == []
    assert differences({**here, "torch": "2.0"}, here) == [f"torch: 2.0 then, {here['torch']} now"]
