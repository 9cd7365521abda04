"""Answers for many photos, asked once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.events import PhaseStarted, Progress
from studio.core.requests import Classified, Prediction, RejectedPhoto
from studio.data.photos import PHOTO_EXTENSIONS, ending_of, find_photos, shown
from studio.learn.classifier import Classifier


def classify_files(paths: Sequence[Path], model: str, *, emit: Emit, should_stop: ShouldStop) -> Classified:
    """Answer for every photo among files and folders.

    Args:
        paths: files as they are, folders with all that is below them.
        model: a run's folder or a model file.
        emit: hears the progress.
        should_stop: asked between photos; what is answered so far is returned.

    Returns:
        an answer or a rejection for every file with a picture's extension, in the order of the files.

    Raises:
        UserError: a folder does not exist, there is no photo, or the model cannot be used.
    """
    missing = [path for path in paths if not path.exists() and not path.is_symlink()]
    for path in missing:
        if ending_of(path.name) not in PHOTO_EXTENSIONS:
            raise UserError(f"{shown(path)}: does not exist; name photos or folders of photos")
    photos = find_photos([path for path in paths if path not in missing], everywhere=True)
    # One photo that has gone since the list was made does not cost the answers for the others.
    rejected = [RejectedPhoto(path=str(path), reason="does not exist") for path in missing]
    if not photos and not missing:
        raise UserError(f"{', '.join(map(shown, paths))}: holds no photos")
    classifier = Classifier.load(Path(model))
    emit(PhaseStarted(phase="classifying", total=len(photos)))
    predictions: list[Prediction] = []
    for done, answer in enumerate(classifier.classify(photos), start=1):
        if isinstance(answer, Prediction):
            predictions.append(answer)
        else:
            rejected.append(answer)
        emit(Progress(phase="classifying", done=done, total=len(photos)))
        if should_stop():
            break
    return Classified(model=classifier.facts, predictions=tuple(predictions), rejected=tuple(rejected))
