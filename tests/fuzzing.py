"""Files damaged at random, always in the same way, and what a reader may make of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.errors import UserError

Read = Callable[[Path], object]

FEW = 20
EXAMPLES = pytest.mark.parametrize("examples", [FEW, pytest.param(1000, marks=pytest.mark.slow)])
"""For a test that takes `examples`: few of them in the ordinary run, many in the slow one."""

NASTY: Sequence[Any] = (
    None, True, -1, 0, 10**30, 1e308, float("nan"), float("inf"), "", "x" * 10_000, "\ud800", "../../x", "/etc/passwd",
    "C:\\x", "CON", "\0", "<b>", [], {}, [[]], {"": {}}, [None], "0", "9" * 5000,
)  # fmt: skip


def damaged(content: bytes, seed: int) -> bytes:
    """A file's content after one of the things that happen to files, or that somebody does to them."""
    chance = random.Random(seed)
    kind = chance.randrange(8)
    if kind == 0:
        return content[: chance.randrange(len(content) + 1)]
    if kind == 1:
        return _with_flipped_bits(content, chance)
    if kind == 2:
        place = chance.randrange(len(content) + 1)
        return content[:place] + chance.randbytes(chance.randrange(1, 200)) + content[place:]
    if kind == 3:
        return chance.choice([b"", b"\0" * 100, b"[" * 100_000, b"null", b"[]", b"{}", b"\xff\xfe", b"1e999", b'""'])
    try:
        values = json.loads(content)
    except ValueError:
        return _with_flipped_bits(content, chance)
    for _ in range(chance.choice([1, 1, 1, 3])):
        values = _with_nasty_value(values, chance)
    return json.dumps(values).encode()


def _with_flipped_bits(content: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(chance.choice([1, 1, 4, 64])):
        if flipped:
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _with_nasty_value(values: Any, chance: random.Random) -> Any:
    """A JSON document of which one place holds something else, or is missing, or is new."""
    if isinstance(values, dict) and values and chance.random() < 0.9:
        name = chance.choice(list(values))
        if chance.random() < 0.1:
            return {key: value for key, value in values.items() if key != name}
        if chance.random() < 0.1:
            return {**values, "made up": chance.choice(NASTY)}
        return {**values, name: _with_nasty_value(values[name], chance)}
    if isinstance(values, list) and values and chance.random() < 0.9:
        place = chance.randrange(len(values))
        if chance.random() < 0.1:
            return [*values, *values]
        return [*values[:place], _with_nasty_value(values[place], chance), *values[place + 1 :]]
    return chance.choice(NASTY)


def seeds(examples: int) -> Callable[[Callable[[int], None]], Callable[[], None]]:
    """Decorate a check of one seed so that it is done for so many, the same ones each time."""

    def decorate(check: Callable[[int], None]) -> Callable[[], None]:
        tried = given(seed=st.integers(0, 2**32 - 1))(check)
        return settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(tried)

    return decorate


def read_damaged(file: Path, read: Read, examples: int, *, damage: Callable[[bytes, int], bytes] = damaged) -> None:
    """Damage a file time and again, and read it: it gives a value, or a sentence that names the file.

    Args:
        file: whole; it is so again afterwards.
        read: gets the file's path.
        examples: how often.
        damage: gives the damaged content for a seed.
    """
    whole = file.read_bytes()

    @seeds(examples)
    def check(seed: int) -> None:
        file.write_bytes(damage(whole, seed))
        try:
            read(file)
        except UserError as error:
            sentence = str(error)
            assert file.name in sentence or file.parent.name in sentence, sentence
            assert len(sentence) < 2500, f"{len(sentence)} letters: {sentence[:300]}"

    try:
        check()
    finally:
        file.write_bytes(whole)
