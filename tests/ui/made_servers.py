"""Helper processes in place of TensorBoard's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.core.errors import UserError


def make() -> Callable[[str], str]:
    """Answers with an address, and serves nothing."""
    return lambda folder: f"http://127.0.0.1/{Path(folder).name}"


def make_missing() -> Callable[[str], str]:
    """Says that there is none."""

    def answer(folder: str) -> str:
        raise UserError("TensorBoard is not installed here")

    return answer
