"""What a bundle may hold: names, sizes, what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio.data.manifest import FILE_NAME as MANIFEST

FORMAT = "spotless-bundle"
VERSION = 2
"""1 until bundles held the weights that a run started from; those without them are still written as 1."""

INDEX = "bundle.json"
TEXTS = ("config.json", "split.json", "environment.json", "events.jsonl", "metrics.csv")
WEIGHTS = "checkpoints/best.pt"
STARTS = ("start/weights.pt", "start/weights.safetensors")
"""The weights that the run started from, which its settings name: one of these."""

TITLE = "title.txt"
REPORT = re.compile(r"evaluation/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.json")
MOST_FILES = 500
MOST_TEXT_BYTES = 512 * 2**20
MOST_TEXTS_BYTES = 2 * 2**30
"""Of all texts together."""

MOST_WEIGHTS_BYTES = 8 * 2**30
"""Of each file of weights."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """What a bundle says of itself.

    Attributes:
        title: the run's name.
        files: SHA-256 of each file, by its name in the bundle.
        weights: `weights_digest` of the model.
        fingerprint: of the dataset; empty where it had gone when the bundle was written.
        masks: SHA-256 of each mask's file, by the sample's id.
    """

    title: str
    files: Mapping[str, str]
    weights: str
    fingerprint: str
    masks: Mapping[str, str]


def is_known(name: str) -> bool:
    """Whether a run has a file of this name; no other place can be meant by one that it has."""
    return name in (INDEX, *TEXTS, TITLE, MANIFEST, WEIGHTS, *STARTS) or REPORT.fullmatch(name) is not None


def excess(sizes: Mapping[str, int]) -> str:
    """In what a bundle would go beyond what is unpacked; empty where it does not.

    Args:
        sizes: of its files by name, in bytes, unpacked.
    """
    if len(sizes) > MOST_FILES:
        return f"{len(sizes)} files, more than the {MOST_FILES} that any run has"
    for name, size in sizes.items():
        if size > (MOST_WEIGHTS_BYTES if _is_weights(name) else MOST_TEXT_BYTES):
            return f"{name} of {size / 2**30:.1f} GB, more than is allowed"
    texts = sum(size for name, size in sizes.items() if not _is_weights(name))
    return f"texts of {texts / 2**30:.1f} GB, more than is allowed" if texts > MOST_TEXTS_BYTES else ""


def _is_weights(name: str) -> bool:
    return name == WEIGHTS or name in STARTS
