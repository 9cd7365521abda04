"""The program's door, in a bundle."""

from __future__ import annotations

from studio.__main__ import unbundle


def test_what_a_bundle_starts_finds_the_systems_libraries() -> None:
    environment = {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/usr/lib/here", "HOME": "/home/me"}
    unbundle(environment)
    assert (environment["LD_LIBRARY_PATH"], environment["HOME"]) == ("/usr/lib/here", "/home/me")
    assert "LD_LIBRARY_PATH_ORIG" not in environment
    unset = {"LD_LIBRARY_PATH": "/bundle"}
    unbundle(unset)
    assert "LD_LIBRARY_PATH" not in unset


def test_what_a_bundle_starts_of_itself_begins_anew() -> None:
    environment: dict[str, str] = {}
    unbundle(environment)
    assert environment == {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
