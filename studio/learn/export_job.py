"""The job that writes a model in another form, or a run as one file."""

from __future__ import annotations

import math
import os
import secrets
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.disks import cannot_write
from studio.core.errors import UserError
from studio.core.events import PhaseStarted
from studio.core.expert_events import Exported
from studio.core.files import write_text
from studio.core.requests import ExportRequest
from studio.core.runs import RunFolder, find_run
from studio.core.scratch import scratch_folder
from studio.data.pace import Pace
from studio.data.photos import find_photos, is_dataset
from studio.learn import export_onnx, export_torch, run_bundle
from studio.learn.checkpoints import load_model
from studio.learn.environment import read_environment
from studio.learn.export_network import Exportable
from studio.learn.export_parity import LIMIT, PHOTOS, Parity, compare, drawn_photos, photos_of, spread
from studio.learn.framing_file import FILE_NAME, check_place, framing_source, write_framing
from studio.learn.model_networks import model_file

SUFFIXES = {"onnx": ".onnx", "torch": ".pt2", "bundle": ".zip"}
PHASES = ("exporting", "comparing")
STEP = 1e-7
"""Differences are told in these; smaller ones are rounding."""


def export(request: ExportRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> Exported | None:
    """Write a model as ONNX or as an archive of PyTorch, or a run as a bundle.

    A model's file comes with `framing.py` beside it, which reads and frames photos without the studio. Both are
    compared with the studio's own answers first, and nothing is written where these differ.

    Args:
        request: what to write, where to.
        folder: not used; the file's own counts.
        seat: which process this is; one is enough.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        what was written; None when stopped.

    Raises:
        UserError: there is no model, a package is missing, the answers differ, or the place cannot be written to.
    """
    file = _named(Path(request.file), SUFFIXES[request.kind])
    if request.kind == "bundle":
        emit(PhaseStarted(phase="packing"))
        done: Exported | None = run_bundle.write_bundle(find_run(Path(request.model)), file)
    else:
        done = _model(request, file, emit, should_stop)
    if done is not None:
        emit(done)
    return done


def _named(file: Path, suffix: str) -> Path:
    if not file.suffix:
        file = file.with_suffix(suffix)
    if file.suffix.lower() != suffix:
        raise UserError(f"{file}: must end in {suffix}; name it {file.stem}{suffix}")
    if file.is_dir():
        raise UserError(f"{file}: is a folder; name a file")
    return file


def _model(request: ExportRequest, file: Path, emit: Emit, should_stop: ShouldStop) -> Exported | None:
    if request.kind == "onnx":
        export_onnx.check_packages()
    source = model_file(Path(request.model))
    check_place(file.parent)
    emit(PhaseStarted(phase=PHASES[0], phases=PHASES))
    exportable = Exportable(load_model(source), source)
    # Hidden beside its place until it has proved itself: what is there already stays until then.
    fresh = file.with_name(f".{file.stem[:80]}.{secrets.token_hex(4)}{file.suffix}")
    with scratch_folder("export") as scratch:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if request.kind == "onnx":
                export_onnx.write_onnx(exportable, fresh)
                ask = export_onnx.open_onnx(fresh)
            else:
                export_torch.write_archive(exportable, fresh)
                ask = export_torch.open_archive(fresh, exportable.names)
            framing = scratch / FILE_NAME
            write_text(framing, framing_source())
            photos, drawn = _photos(request, scratch)
            pace = Pace(emit, PHASES[1], len(photos), phases=PHASES)
            parity = compare(exportable, ask, photos, framing, pace=pace, should_stop=should_stop)
            if parity is None:
                return None
            _check(parity, file)
            beside = write_framing(file.parent)
            os.replace(fresh, file)
        except OSError as error:
            raise cannot_write(file, error) from error
        finally:
            fresh.unlink(missing_ok=True)
    return Exported(
        kind=request.kind,
        files=(str(file), str(beside)),
        framed_difference=parity.framed,
        file_difference=parity.file,
        photos=parity.photos,
        sentence=_sentence(file, parity, drawn),
    )


def _photos(request: ExportRequest, scratch: Path) -> tuple[list[Path], int]:
    """What to compare on: the photos named, or those of the run and as many drawn dishes as they lack.

    Returns:
        the files, and how many of them are drawn.
    """
    if request.photos:
        found = find_photos([Path(photo) for photo in request.photos])
        if not found:
            raise UserError(f"{', '.join(request.photos)}: holds no photos")
        return spread(found), 0
    found = _photos_of_run(Path(request.model))
    drawn = drawn_photos(scratch / "drawn", PHOTOS - len(found)) if len(found) < PHOTOS else []
    return [*found, *drawn], len(drawn)


def _photos_of_run(model: Path) -> list[Path]:
    try:
        run: RunFolder = find_run(model)
        environment = read_environment(run)
        places = [Path(place) for place in (environment.dataset, str(run.dataset)) if place]
        return next((photos_of(place) for place in places if is_dataset(place)), [])
    except UserError:
        return []  # a model by itself, or a run whose dataset has gone


def _check(parity: Parity, file: Path) -> None:
    if parity.largest > LIMIT:
        raise UserError(
            f"{file}: was not written: its probabilities differ from the studio's by up to {parity.largest:.2g} on"
            f" {parity.photos} photos, and more than {LIMIT:g} is refused; copy what `studio verify` says of the run"
            f" into a report to us, and use the studio's own model file meanwhile"
        )


def _sentence(file: Path, parity: Parity, drawn: int) -> str:
    photos = f"{parity.photos} photo{'s' * (parity.photos != 1)}"
    if drawn:
        photos = f"{parity.photos} drawn dishes" if drawn == parity.photos else f"{photos}, {drawn} of them drawn,"
    sentence = f"Wrote {file.name} and {FILE_NAME}. On {photos} its probabilities are the studio's to within"
    sentence += f" {_figure(parity.framed)} from framed pictures"
    if parity.file is not None:
        sentence += f" and {_figure(parity.file)} from files"
    sentence += "."
    if parity.unread:
        sentence += f" {FILE_NAME} cannot read {parity.unread} of them (HEIC, for example); save such photos as JPEG."
    return sentence


def _figure(difference: float) -> str:
    """A small number without an exponent, rounded up."""
    steps = max(1, math.ceil(difference / STEP))
    return f"{steps * STEP:.7f}".rstrip("0")
