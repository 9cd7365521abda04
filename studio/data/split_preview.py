"""How a dataset would be dealt to the splits, in counts."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import UserError
from studio.core.requests import SplitCounts, SplitsRequest
from studio.data.manifest import Manifest
from studio.data.splits import split


def split_counts(request: SplitsRequest) -> SplitCounts:
    """Deal the samples as a run with these settings would.

    Args:
        request: the dataset's folder, the shares, the seed.

    Returns:
        the counts; with too few photos, the sentence that says so in their place.

    Raises:
        UserError: the dataset cannot be read.
    """
    manifest = Manifest.load(Path(request.folder))
    try:
        splits = split(manifest, request.data, request.split, members=request.members)
    except UserError as error:
        return SplitCounts(obstacle=str(error))
    return SplitCounts(
        train=len(splits.train),
        val=len(splits.val),
        test=len(splits.test),
        folds=len(splits.folds),
        certificate=splits.certificate.sentence,
        notes=splits.notes,
    )
