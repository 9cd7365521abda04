"""The steps of using a bundle, one after the other, each with what was seen."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.bundle.place import Place

Use = Callable[[Place], str]
"""Does one step; says in a few words what was seen.

Raises:
    AssertionError: it is not as it should be.
    NotHereError: this machine lacks what the step needs.
"""


class NotHereError(Exception):
    """A step that cannot be done here; says why."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a step.

    Attributes:
        name: of the step.
        result: as the table says it.
        took_s: wall time in seconds.
        seen: what was seen, what was wrong, or what this machine lacks.
    """

    name: str
    result: Literal["ok", "FAILED", "skipped"]
    took_s: float
    seen: str


STEPS: dict[str, Use] = {}


def step(name: str) -> Callable[[Use], Use]:
    """Register a step under a name; those registered first are done first."""

    def register(use: Use) -> Use:
        assert name not in STEPS
        STEPS[name] = use
        return use

    return register


def outcomes(steps: Mapping[str, Use], place: Place) -> Iterator[Outcome]:
    """Do steps; each outcome as soon as it is known. No step leaves a process behind, or it has failed."""
    for name, use in steps.items():
        began = time.monotonic()
        try:
            seen, result = use(place), "ok"
            place.see_none_left()
        except NotHereError as reason:
            seen, result = str(reason), "skipped"
        except Exception as error:
            # Whatever it is, the steps after this one still tell something.
            seen, result = str(error) if isinstance(error, AssertionError) else traceback.format_exc(), "FAILED"
        finally:
            place.end_all()
        yield Outcome(name=name, result=result, took_s=time.monotonic() - began, seen=seen)  # type: ignore[arg-type]
