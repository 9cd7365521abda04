"""Where the files lie that come with the program: glyphs, themes, lists."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent / "resources"
_INSTALLED = _PACKAGE / "_resources"


def path(name: str) -> Path:
    """The file or folder that came with the program under this name.

    The same name works in a checkout (`resources/`), in an installed wheel and in a bundle (both
    `studio/_resources/`). The place may be read-only.

    Args:
        name: where it lies below `resources/`, with forward slashes, such as `theme/tokens.json`.

    Returns:
        an absolute path to something that exists.

    Raises:
        FileNotFoundError: the program was installed incompletely, or the name is mistyped.
    """
    # Asked in this order, since beside an installed package there may lie anybody's `resources`, and a checkout has
    # no `_resources`.
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    found = root / name
    if not found.exists():
        raise FileNotFoundError(f"{name} is missing from {root}: install Spotless Studio again")
    return found
