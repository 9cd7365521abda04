"""What a run's model said of its validation samples, kept to foretell its errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.bounded import read_text
from studio.core.errors import UserError
from studio.core.files import write_json
from studio.core.winner import winner

HELD_OUT_FILE = "validation.json"

_LATER = ("picture", "sample", "photo")
"""Entries of a sample that files of older versions lack."""


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Validation samples as the finished model judged them: it never trained on them.

    Attributes:
        classes: in the model's order.
        labels: true class of each sample.
        probabilities: of each sample, in the order of the classes; at the model's temperature.
        is_painted: of each sample, whether the studio painted it.
        pictures: file of each sample, as it was when it was judged; none in files of older versions.
        samples: id of each sample in its dataset; none in files of older versions.
        photos: id of the photo that each sample stems from; none in files of older versions.
    """

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]
    is_painted: tuple[bool, ...]
    pictures: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()

    def chosen(self, shares: Sequence[float], positive: str | None, threshold: float | None) -> int:
        """Place of the class that wins; see `winner`.

        Args:
            shares: of one sample, in the order of the classes.
            positive: the class that the threshold is about.
            threshold: its probability from which it wins; None takes the likeliest class.
        """
        return winner(shares, self.classes.index(positive) if positive in self.classes else None, threshold)


def write_held_out(evaluation: Path, held_out: HeldOut) -> None:
    """Write the predictions into a run's evaluation folder.

    Raises:
        UserError: the folder cannot be written.
    """
    samples: list[dict[str, object]] = [
        # To the last bit: rounded, a probability just below a threshold would win once it is read back.
        {"label": label, "probabilities": list(shares), "painted": painted}
        for label, shares, painted in zip(held_out.labels, held_out.probabilities, held_out.is_painted, strict=True)
    ]
    for name in _LATER:
        for sample, value in zip(samples, getattr(held_out, f"{name}s"), strict=False):
            sample[name] = value
    evaluation.mkdir(parents=True, exist_ok=True)
    write_json(evaluation / HELD_OUT_FILE, {"classes": list(held_out.classes), "samples": samples})


def read_held_out(evaluation: Path) -> HeldOut | None:
    """Read the predictions back.

    Args:
        evaluation: a run's evaluation folder.

    Returns:
        None where there are none, as beside a model that is a file of its own.

    Raises:
        UserError: the file is torn, or not what `write_held_out` writes.
    """
    file = evaluation / HELD_OUT_FILE
    try:
        values = json.loads(read_text(file))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{file}: cannot be read ({error}); evaluate the run again") from None
    try:
        return _held_out(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{file}: holds no validation predictions ({error}); evaluate the run again") from None


def _held_out(values: Any) -> HeldOut:
    classes = tuple(str(name) for name in values["classes"])
    samples = values["samples"]
    found = HeldOut(
        classes=classes,
        labels=tuple(str(sample["label"]) for sample in samples),
        probabilities=tuple(tuple(float(share) for share in sample["probabilities"]) for sample in samples),
        is_painted=tuple(bool(sample["painted"]) for sample in samples),
        **{f"{name}s": tuple(str(sample[name]) for sample in samples if name in sample) for name in _LATER},
    )
    is_even = all(len(shares) == len(classes) for shares in found.probabilities)
    later = {len(getattr(found, f"{name}s")) for name in _LATER}
    if not is_even or not set(found.labels) <= set(classes) or not later <= {0, len(samples)}:
        raise ValueError("classes and samples disagree")
    return found
