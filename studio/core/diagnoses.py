"""What a diagnosis of a run left in its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from studio.core.bounded import read_text
from studio.core.errors import UserError
from studio.core.expert_events import Diagnosis
from studio.core.runs import RunFolder

DIAGNOSIS_FILE = "diagnosis.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """One of the samples that a diagnosis names.

    Attributes:
        path: the file that people are shown.
        label: its class, as it is kept.
    """

    path: str
    label: str


@dataclass(frozen=True, kw_only=True)
class StoredDiagnoses:
    """Everything that was looked into.

    Attributes:
        diagnoses: what fired first.
        pictures: by id, the samples that they name.
    """

    diagnoses: tuple[Diagnosis, ...]
    pictures: dict[str, Pictured]


def read_diagnoses(run: RunFolder) -> StoredDiagnoses | None:
    """Read what a diagnosis found.

    Returns:
        None where there was none.

    Raises:
        UserError: the file is torn, or of another version.
    """
    file = run.evaluation / DIAGNOSIS_FILE
    try:
        values: Any = json.loads(read_text(file))
        if values.get("format", FORMAT) != FORMAT:
            raise ValueError("of another version")
        diagnoses = TypeAdapter(tuple[Diagnosis, ...]).validate_python(values["diagnoses"])
        pictures = TypeAdapter(dict[str, Pictured]).validate_python(values["pictures"])
        return StoredDiagnoses(diagnoses=diagnoses, pictures=pictures)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        raise UserError(f"{file}: cannot be read ({type(error).__name__}); diagnose the run again") from None
