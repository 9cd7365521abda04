"""Files that come with the program."""

from __future__ import annotations

import pytest

from studio.core import resources


def test_a_file_of_ours_is_found_by_its_name() -> None:
    assert resources.path("theme").is_dir()


def test_a_missing_file_is_told_with_its_place() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-file is missing from .*resources: install"):
        resources.path("no-such-file")
