"""The job that compares a run or a bundle with what it says of itself."""

from __future__ import annotations

from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import Notice, PhaseStarted
from studio.core.expert_events import Verified
from studio.core.requests import VerifyRequest
from studio.core.runs import RunFolder, find_run
from studio.core.scratch import scratch_folder
from studio.data.manifest import FILE_NAME as MANIFEST
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.data.splits import Splits
from studio.learn.bundle_format import Index
from studio.learn.bundle_reading import unpack
from studio.learn.checkpoints import load_model
from studio.learn.claim_counts import Findings
from studio.learn.digests import file_digest, weights_digest
from studio.learn.environment import read_environment
from studio.learn.photo_hashes import compare_files, files_of, named
from studio.learn.run_bundle import dataset_of
from studio.learn.run_claims import check_claims

PHASES = ("recounting", "comparing photos")


def verify(request: VerifyRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> Verified | None:
    """Compare a run or a bundle with what it says of itself.

    Of both: the log, the table, the reports and the model against each other, figures counted anew. Of a bundle: every
    file and the model's tensors against their hashes. Of a run: its photos against the hashes in the manifest.

    Hashes tell damage, and changes that were not followed through; whoever makes everything anew can make hashes too.

    Args:
        request: the run's folder, or the bundle.
        folder: not used; nothing is written.
        seat: which process this is; one is enough.
        emit: takes the events.
        should_stop: asked between photos.

    Returns:
        what was found; None when stopped.

    Raises:
        UserError: there is no such run, or the file is no bundle or is made to do harm.
    """
    place, findings = Path(request.path), Findings()
    emit(PhaseStarted(phase=PHASES[0], phases=PHASES if place.is_dir() else PHASES[:1]))
    if place.is_file() and place.suffix.lower() not in (".json", ".jsonl", ".pt", ".csv"):
        _check_bundle(place, findings)
    elif place.exists():
        run = find_run(place)
        check_claims(run, findings)
        if not _check_photos(run, findings, emit, should_stop):
            return None
    else:
        raise UserError(f"{place}: does not exist; name a run's folder or a bundle")
    verified = Verified(path=str(place), checked=findings.checked, problems=tuple(findings.problems))
    emit(verified)
    return verified


def _check_bundle(file: Path, findings: Findings) -> None:
    with scratch_folder("bundle") as scratch:
        run = RunFolder(scratch / "run")
        index = unpack(file, run.path)
        _check_hashes(run, index, findings)
        check_claims(run, findings)
        if (run.path / MANIFEST).is_file():
            _check_manifest(run, index, findings)


def _check_hashes(run: RunFolder, index: Index, findings: Findings) -> None:
    there = {path.relative_to(run.path).as_posix(): path for path in run.path.rglob("*") if path.is_file()}
    for name in sorted({*there, *index.files}):
        if name not in there:
            findings.expect(False, f"{name} is missing from the bundle")
        elif name not in index.files:
            findings.expect(False, f"{name} was added to the bundle")
        else:
            findings.expect(file_digest(there[name]) == index.files[name], f"{name} was changed since it was packed")
    try:
        model = load_model(run.best)
    except UserError:
        return  # told with the claims
    digest = weights_digest([member.weights for member in model.members])
    findings.expect(
        digest == index.weights, "best.pt: its weights are not those that were packed: their digest differs"
    )


def _check_manifest(run: RunFolder, index: Index, findings: Findings) -> None:
    try:
        manifest = Manifest.load(run.path)
        environment, splits = read_environment(run), Splits.load(run.split)
    except UserError as error:
        findings.expect(False, str(error))
        return
    own = manifest.fingerprint()
    findings.expect(own == index.fingerprint, "the manifest is not the one that was packed")
    findings.expect(own == environment.fingerprint, "the dataset had changed when the bundle was packed")
    _check_dealt(manifest, splits, findings)


def _check_photos(run: RunFolder, findings: Findings, emit: Emit, should_stop: ShouldStop) -> bool:
    """A run's photos against the manifest's hashes; False when stopped."""
    try:
        manifest, environment = dataset_of(run), read_environment(run)
        splits = Splits.load(run.split)
    except UserError as error:
        findings.expect(False, str(error))
        return True
    if manifest is None:
        text = "The run's dataset is not here any more, so its photos were not compared."
        emit(Notice(kind="info", text=text, details=environment.dataset))
        return True
    said = environment.fingerprint
    findings.expect(manifest.fingerprint() == said, "the dataset has changed since the run learned from it")
    _check_dealt(manifest, splits, findings)
    files = list(files_of(manifest))
    pace = Pace(emit, PHASES[1], len(files), phases=PHASES)
    found = compare_files(files, pace, should_stop)
    if found is None:
        return False
    findings.checked += len(files) - 2
    of = f"of {len(files)} pictures"
    findings.expect(not found.missing, f"{named(found.missing)} {of} cannot be read any more")
    findings.expect(not found.changed, f"{named(found.changed)} {of} changed since they were imported")
    return True


def _check_dealt(manifest: Manifest, splits: Splits, findings: Findings) -> None:
    ids = {*splits.train, *splits.val, *splits.test}
    gone = ids - manifest.by_id.keys()
    findings.expect(not gone, f"{len(gone)} samples of split.json are not in the dataset")
    sides = {id: name for name in ("train", "val", "test") for id in getattr(splits, name)}
    photos: dict[str, set[str]] = {}
    for id in ids - gone:
        photos.setdefault(manifest.by_id[id].source_photo, set()).add(sides[id])
    parted = sum(len(names) > 1 for names in photos.values())
    findings.expect(not parted, f"{parted} photos stand on two sides of the split")
