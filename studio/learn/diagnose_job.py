"""The job that diagnoses: figures and short probes say what is wrong with a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig, read_json
from studio.core.diagnoses import DIAGNOSIS_FILE, FORMAT
from studio.core.errors import UserError
from studio.core.events import VALIDATION
from studio.core.expert_events import Diagnosis, DiagnosisFinished
from studio.core.files import write_json
from studio.core.requests import DiagnoseRequest
from studio.core.runs import RunFolder, find_run
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.data.splits import Splits
from studio.learn.checkpoints import load_model
from studio.learn.environment import Environment, read_environment
from studio.learn.panel import Judges
from studio.learn.probe_background import background_only
from studio.learn.probe_batch import judge_batch, judge_capacity, learn_by_heart
from studio.learn.probe_curves import judge_curves, read_curves
from studio.learn.probe_debug import forward_pass, judge_classes, judge_gradients, measure_gradients
from studio.learn.probe_lab import Lab, StoppedError
from studio.learn.probe_labels import label_noise
from studio.learn.probe_leak import leak
from studio.learn.probe_lots import shuffled_labels
from studio.learn.probe_rate import judge_rate, sweep
from studio.learn.probe_shelves import fill_shelves
from studio.learn.ranks import Ranks, choose_device, open_ranks

PHASE = "diagnosing"

_STATES = ("fired", "quiet", "skipped")
_CAUSES = (
    "forward pass", "leak across splits", "shuffled labels", "label noise", "background only", "classes",
    "learning rate", "overfits one batch", "loss", "gradients", "capacity", "overfitting", "underfitting",
)  # fmt: skip
"""Names of what is looked into, causes before what they bring about."""


def diagnose(
    request: DiagnoseRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> DiagnosisFinished | None:
    """Find out what is wrong with a run, and prove it by short probes on the run's own data and settings.

    All probes together are bounded: at most 240 pictures, a few hundred steps, and a time limit of some seconds for
    each, beyond which a probe says that too little could be tried. The run stays as it is, but for the report.

    Args:
        request: which run; the limits for gradients.
        folder: the run's; only its `evaluation/diagnosis.json` is written.
        seat: which process this is; rank 0 does the work.
        emit: takes the events, last of all a `DiagnosisFinished`.
        should_stop: asked between batches.

    Returns:
        what was found, what fired first; None when stopped, and then nothing is written.

    Raises:
        UserError: there is no such run, it has no data yet, or its photos have gone.
    """
    if seat.rank != 0:
        return None
    run = find_run(Path(request.run))
    began = time.monotonic()
    config, environment = run.load_config(), read_environment(run)
    with _ranks(config, environment, seat) as ranks:
        try:
            examination = _Examination(request, run, config, environment, ranks, emit, should_stop)
            found = examination.work()
        except StoppedError:
            return None
    if found is None:
        return None
    ordered = in_order(found)
    file = run.evaluation / DIAGNOSIS_FILE
    run.evaluation.mkdir(parents=True, exist_ok=True)
    report = {
        "format": FORMAT,
        "diagnoses": [asdict(one) for one in ordered],
        "pictures": examination.pictures({id for one in ordered for id in one.samples}),
        "gradient_limits": [request.gradient_low, request.gradient_high],
        "duration_s": round(time.monotonic() - began, 1),
    }
    write_json(file, report)
    done = DiagnosisFinished(run=str(run.path), diagnoses=ordered, report=str(file))
    emit(done)
    return done


def in_order(found: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """What fired first, causes before effects; what a learning rate explains is mended by the one that was proven.

    Args:
        found: everything that was looked into.
    """
    by_name = {one.name: one for one in found}
    rate = by_name.get("learning rate")
    if rate is not None and rate.state == "fired":
        for name in ("overfits one batch", "loss", "underfitting"):
            one = by_name.get(name)
            is_rate = one is not None and (name == "underfitting" or set(one.changes or {}) == set(rate.changes or {}))
            if one is not None and one.state == "fired" and is_rate:
                words = f"Mend the learning rate first: {rate.proposal[:1].lower()}{rate.proposal[1:]}"
                by_name[name] = replace(one, proposal=words, changes=rate.changes)
    return tuple(sorted(by_name.values(), key=lambda one: (_STATES.index(one.state), _CAUSES.index(one.name))))


class _Examination:
    """All probes of one run, one after another."""

    def __init__(
        self,
        request: DiagnoseRequest,
        run: RunFolder,
        config: StudioConfig,
        environment: Environment,
        ranks: Ranks,
        emit: Emit,
        should_stop: ShouldStop,
    ) -> None:
        self._request = request
        self._run = run
        self._config = config
        self._ranks = ranks
        self._emit = emit
        self._should_stop = should_stop
        self._manifest, self._splits = _material(run, environment)
        self._model = load_model(run.best) if run.best.is_file() else None
        self._classes = self._model.classes if self._model is not None else self._manifest.classes
        self._check_classes()

    def work(self) -> list[Diagnosis] | None:
        config, classes = self._config, self._classes
        shelves = fill_shelves(
            config, self._manifest, self._splits, classes, emit=self._emit, should_stop=self._should_stop
        )
        if shelves is None:
            return None
        learned, kept = shelves
        if not len(learned):
            raise UserError(f"{self._run.path}: nothing that it learned from is left in its dataset; train anew")
        lab = Lab(config, classes, learned=learned, kept=kept, ranks=self._ranks, should_stop=self._should_stop)
        steps: list[Callable[[], list[Diagnosis]]] = [
            self._data,
            lambda: self._network(lab),
            lambda: self._curves_and_batch(lab),
            lambda: [judge_rate(lab, sweep(lab))],
            lambda: [shuffled_labels(lab)],
            lambda: [background_only(lab, self._model, self._judges(), kept)],
            lambda: [label_noise(lab)],
        ]
        pace = Pace(self._emit, PHASE, len(steps), phases=("caching", PHASE))
        found: list[Diagnosis] = []
        for step in steps:
            lab.breathe()
            found += step()
            pace.step()
        return found

    def pictures(self, ids: set[str]) -> dict[str, dict[str, str]]:
        """The file that people are shown for each sample, and its class."""
        by_id = self._manifest.by_id
        return {
            id: {"path": str(self._manifest.picture(by_id[id])), "label": by_id[id].label}
            for id in sorted(ids)
            if id in by_id
        }

    def _data(self) -> list[Diagnosis]:
        """The split, and the classes in what was learned from."""
        by_id = self._manifest.by_id
        samples = self._manifest.with_twins(by_id[id] for id in self._splits.train if id in by_id)
        return [leak(self._manifest, self._splits), judge_classes(self._config, samples, self._classes)]

    def _network(self, lab: Lab) -> list[Diagnosis]:
        """The trained network's answers, a new one's gradients."""
        looks = lab.learned_looks
        found = []
        if self._model is not None:
            trained = lab.fresh()
            trained.load_state_dict(self._model.members[0].weights)
            learner = trained.head if trained.head is not None else trained
            found.append(forward_pass(learner, looks, len(self._classes)))
        gradients = measure_gradients(lab, lab.learner(looks), looks, lab.learned.labels_N)
        low, high = self._request.gradient_low, self._request.gradient_high
        rate = self._config.training.learning_rate
        return [*found, judge_gradients(gradients, low=low, high=high, learning_rate=rate)]

    def _curves_and_batch(self, lab: Lab) -> list[Diagnosis]:
        """What the log says, one batch by heart, and both together on the network's size."""
        file = self._run.evaluation / f"{VALIDATION}.json"
        report: dict[str, Any] | None = read_json(file) if file.is_file() else None
        curves = read_curves((event for _, event in self._run.replay()), report)
        by_heart = learn_by_heart(lab)
        parameters = sum(parameter.numel() for parameter in lab.fresh().parameters())
        train = curves.epochs[-1].train if curves.epochs else None
        return [
            *judge_curves(curves, self._config),
            judge_batch(by_heart, self._config.training.learning_rate),
            judge_capacity(parameters, by_heart, train),
        ]

    def _judges(self) -> Judges:
        """Members of the model that never learned from the kept shelf."""
        members = len(self._model.members) if self._model is not None else 0
        folds = len(self._splits.folds)
        return tuple(place for place in range(members) if not folds or place % folds == 0)

    def _check_classes(self) -> None:
        """Refuse a dataset that is not the run's any more.

        Raises:
            UserError: it has classes that the model does not know.
        """
        unknown = sorted(set(self._manifest.classes) - set(self._classes))
        if unknown:
            raise UserError(
                f"{self._manifest.folder}: has {', '.join(unknown)}, which {self._run.path.name} does not know; the "
                "dataset has changed since, so train anew"
            )


def _material(run: RunFolder, environment: Environment) -> tuple[Manifest, Splits]:
    if not environment.dataset or not run.split.is_file():
        raise UserError(
            f"{run.path}: has not come to its first epoch, so there is nothing to look into; train it first"
        )
    return Manifest.load(Path(environment.dataset)), Splits.load(run.split)


@contextmanager
def _ranks(config: StudioConfig, environment: Environment, seat: Seat) -> Iterator[Ranks]:
    """Where the run trained, if that is there; in whole numbers, and with everyone's random numbers put back."""
    hardware = config.hardware.model_copy(update={"processes": 1})
    if hardware.device != "auto":
        try:
            choose_device(hardware.device, 0, 1, 1)
        except UserError:
            hardware = hardware.model_copy(update={"device": "auto"})
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    try:
        with open_ranks(hardware, seat) as ranks:
            yield ranks
    finally:
        torch.set_rng_state(state)
        torch.set_num_threads(threads)
