"""Whether every photo is held out once instead of a tenth of them: grouped cross-validation, offered for few photos."""

from __future__ import annotations

from studio.core.config import StudioConfig
from studio.core.sections import FEW_PHOTOS

FOLDS = 5
"""Networks, each held out from a fifth of the photos (Kohavi, 1995, found little gain in more)."""


def is_worth_offering(photos: int, folds: int) -> bool:
    """Whether a tenth of the photos is too few to judge by, and they are not held out in turn yet.

    Args:
        photos: source photos of the dataset.
        folds: in force; 0 without.
    """
    return 1 < photos < FEW_PHOTOS and not folds


def is_folded(config: StudioConfig) -> bool:
    """Whether settings hold photos out in turn, where there are few."""
    return config.ensemble.members > 1 and config.split.cross_fit != "off"


def folded(config: StudioConfig) -> StudioConfig:
    """Settings that hold every photo out once, from one network each."""
    members = config.ensemble.members if config.ensemble.members > 1 else FOLDS
    return config.with_values({"split.cross_fit": "on", "ensemble.members": members})


def unfolded(config: StudioConfig, before: StudioConfig | None = None) -> StudioConfig:
    """Settings that judge on a validation share.

    Args:
        config: in force.
        before: those in force before photos were held out in turn; its networks come back, without it there is one.
    """
    had_share = before is not None and not is_folded(before)
    members, cross_fit = (before.ensemble.members, before.split.cross_fit) if before and had_share else (1, "auto")
    return config.with_values({"split.cross_fit": cross_fit, "ensemble.members": members})
