"""Checks a finished run's model for having learnt nothing but the dirt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from studio.core.children import Emit, ShouldStop
from studio.core.events import ChecksFinished
from studio.core.files import write_json
from studio.core.painted_record import painted_with
from studio.core.runs import RunFolder
from studio.core.sections import DirtSettings
from studio.data.framing import frame
from studio.data.manifest import Manifest, Sample
from studio.data.null_edits import VISIBLE_MASK, EditedPhoto, Sight, ToEdit, edit
from studio.data.pace import Pace
from studio.data.photos import CLEAN, DIRTY, PhotoError, read_photo
from studio.data.pool import cores
from studio.data.sight import see
from studio.learn.checkpoints import Model, load_model
from studio.learn.checks import Trial, judge_edits, judge_heat
from studio.learn.lesson import Kept
from studio.learn.network import Network
from studio.learn.panel import Judges, Panel, judges_of
from studio.learn.pointing import HeatScore, HeatScores, score_heat

PHASE = "checking"

MOST_PHOTOS = 24
"""Looked at six times, each takes about 0.5 s of a core with EfficientNet-Lite0 at 320 px."""

MOST_ROUNDS = 4
"""Edits of each sort on one photo, where there are few."""

MOST_HEAT_MAPS = 32


def is_checkable(manifest: Manifest) -> bool:
    """Whether dirt was painted for telling clean from dirty, which alone is checked."""
    return manifest.painted > 0 and manifest.classes == (CLEAN, DIRTY)


@dataclass(frozen=True, kw_only=True)
class RunChecker:
    """Tries a run's model on photos and painted samples that it never learned from.

    Attributes:
        run: gets the report, `evaluation/checks.json`.
        manifest: the dataset.
        dirt: what is painted where the dataset does not say what was.
        network: of the model's kind, on its device.
        emit: takes the events.
        should_stop: asked between photos.
    """

    run: RunFolder
    manifest: Manifest
    dirt: DirtSettings
    network: Network
    emit: Emit
    should_stop: ShouldStop

    def check(self, kept: Sequence[Kept]) -> ChecksFinished | None:
        """Try the model, say what was found and write it down.

        Args:
            kept: what was kept from training, from all networks or in turn.

        Returns:
            None when stopped.
        """
        model = load_model(self.run.best)
        panel = Panel(model, self.network)
        judges = {id: found for id, found in judges_of(kept, len(model.members)).items() if id in self.manifest.by_id}
        clean = [self.manifest.by_id[id] for id in judges if not self.manifest.by_id[id].synthetic]
        clean = [sample for sample in clean if sample.label == CLEAN]
        photos = evenly([sample for sample in clean if sample.outline is not None], MOST_PHOTOS)
        painted = evenly([self.manifest.by_id[id] for id in judges if self.manifest.by_id[id].mask], MOST_HEAT_MAPS)
        pace = Pace(self.emit, PHASE, len(photos) + len(painted))
        trials = self._tried(model, panel, photos, judges, pace)
        scores = None if trials is None else self._pointed(model, panel, painted, judges, pace)
        if trials is None or scores is None:
            return None
        unknown = sum(sample.outline is None for sample in clean)
        lost = len(photos) - len({trial.photo for trial in trials})
        threshold = 0.5 if model.threshold is None else model.threshold
        heat = HeatScores.of(scores)
        checks = (
            *judge_edits(trials, threshold=_logit(threshold), missing=_missing(unknown, lost)),
            *judge_heat(heat),
        )
        file = self.run.checks
        report = {
            "checks": [asdict(check) for check in checks],
            "threshold": threshold,
            "photos": len(photos) - lost,
            "dish_not_found": unknown,
            "unreadable": lost,
            "heat": asdict(heat),
            "trials": [{**asdict(trial), "before": round(trial.before, 4), "after": round(trial.after, 4)}
                       for trial in trials],
        }  # fmt: skip
        self.run.evaluation.mkdir(parents=True, exist_ok=True)
        write_json(file, report)
        done = ChecksFinished(checks=checks, report=str(file))
        self.emit(done)
        return done

    def _tried(
        self, model: Model, panel: Panel, photos: Sequence[Sample], judges: Mapping[str, Judges], pace: Pace
    ) -> list[Trial] | None:
        rounds = max(1, min(MOST_ROUNDS, round(MOST_PHOTOS / max(1, len(photos)))))
        items = [
            ToEdit(path=self.manifest.picture(sample), sha1=sample.sha1, outline=sample.outline, rounds=rounds)
            for sample in photos
            if sample.outline is not None
        ]
        work = partial(_edited, dirt=painted_with(self.manifest.folder) or self.dirt, sight=_sight(model))
        positive = model.classes.index(DIRTY)
        trials: list[Trial] = []
        # All before the first look: threads that edit and threads that look wait for each other many times over.
        with ThreadPoolExecutor(cores(), thread_name_prefix="edits") as threads:
            every = list(threads.map(work, items))
        for sample, edited in zip(photos, every, strict=True):
            if self.should_stop():
                return None
            if edited is not None:
                trials += _answered(panel, sample, edited, judges[sample.id], positive)
            pace.step()
        return trials

    def _pointed(
        self, model: Model, panel: Panel, painted: Sequence[Sample], judges: Mapping[str, Judges], pace: Pace
    ) -> list[HeatScore] | None:
        positive, sight = model.classes.index(DIRTY), _sight(model)
        groups: dict[Judges, list[Sample]] = {}
        for sample in painted:
            groups.setdefault(judges[sample.id], []).append(sample)
        batches = [
            (own, samples[start : start + panel.at_once])
            for own, samples in groups.items()
            for start in range(0, len(samples), panel.at_once)
        ]
        scores: list[HeatScore] = []
        for own, samples in batches:
            if self.should_stop():
                return None
            seen = masked(self.manifest, samples, sight)
            heats = panel.heat(np.stack([pixels for pixels, _ in seen]), own, positive) if seen else ()
            for heat_HW, (pixels_HW4, dirt_HW) in zip(heats, seen, strict=True):
                score = score_heat(heat_HW, dirt_HW, pixels_HW4[..., 3] > 127)
                scores += [score] if score is not None else []
            pace.step(len(samples))
        return scores


def evenly(samples: Sequence[Sample], most: int) -> list[Sample]:
    """Some evenly chosen ones, by id: of as many photos as can be, the same ones every time."""
    ordered = sorted(samples, key=lambda sample: sample.id)
    count = min(most, len(ordered))
    return [ordered[place * len(ordered) // count] for place in range(count)]


def _sight(model: Model) -> Sight:
    data = model.config.data
    return Sight(framing=data.framing, background=data.background, size_hw=model.config.model.input_size)


def _edited(item: ToEdit, *, dirt: DirtSettings, sight: Sight) -> EditedPhoto | None:
    try:
        return edit(item, dirt, sight)
    except PhotoError:
        return None  # moved since the import; training did not need it, since it reads the twin


def _answered(panel: Panel, sample: Sample, edited: EditedPhoto, judges: Judges, positive: int) -> list[Trial]:
    # The first of the edits is the twin itself.
    pixels = np.stack([edited.photo_HW4, *(one.pixels_HW4 for one in edited.edits)])
    shares = panel.probabilities(pixels, judges)[:, positive]
    photo, twin, *_ = (odds := [_logit(float(share)) for share in shares])
    return [
        Trial(photo=sample.id, sort=one.sort, before=twin if one.is_of_twin else photo, after=after)
        for one, after in zip(edited.edits, odds[1:], strict=True)
    ]


def masked(
    manifest: Manifest, samples: Sequence[Sample], sight: Sight
) -> list[tuple[NDArray[np.uint8], NDArray[np.bool_]]]:
    """Painted samples as the network sees them, and where their dirt is there.

    What was moved away is left out: a run that learned from kept pixels must not end by it, and scores tell how many
    samples they rest on.
    """
    found = []
    for sample in samples:
        try:
            found.append(_masked(manifest, sample, sight))
        except PhotoError:
            continue
    return found


def _masked(manifest: Manifest, sample: Sample, sight: Sight) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    how = {"framing": sight.framing, "background": sight.background, "size_hw": sight.size_hw}
    seen = see(manifest.file(sample), sample.outline, sha1=sample.learned_sha1, **how)  # type: ignore[arg-type]
    mask_file = manifest.mask_file(sample)
    assert mask_file is not None
    mask_HW3 = np.where(read_photo(mask_file) >= VISIBLE_MASK, 255, 0).astype(np.uint8)
    mask = frame(mask_HW3, sample.outline, framing=sight.framing, background="keep", size_hw=sight.size_hw)
    # A speck of a few pixels is still there once it is shrunk.
    return seen.pixels(), (mask.image_HW3[..., 0] >= 64) & (seen.inside_HW > 0)


def _logit(share: float) -> float:
    bounded = min(max(share, 1e-12), 1 - 1e-12)
    return math.log(bounded / (1 - bounded))


def _missing(unknown: int, lost: int) -> str:
    said = [
        (unknown, "without a known dish"),
        (lost, "that cannot be read any more"),
    ]
    parts = [f"{count} {words}" for count, words in said if count]
    return f"Left out: {', '.join(parts)}." if parts else ""
