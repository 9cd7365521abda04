"""Trainer: the loop."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import torch
from torch import nn

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.events import EpochFinished, HeatFit, Scores
from studio.data.batch_plan import BatchPlan, Numbers, share_of
from studio.learn.assignment import Assignment
from studio.learn.average import MovingAverage
from studio.learn.heat_probe import HeatProbe
from studio.learn.loss_report import LossReport
from studio.learn.losses import soft_targets
from studio.learn.metrics import Judged, ScoreSheet
from studio.learn.mixup import mixed
from studio.learn.optimization import Place, build_optimizer, build_schedule
from studio.learn.ranks import Ranks
from studio.learn.sources import Batch, Source
from studio.learn.standing import Standing, monitored, new_standing
from studio.learn.stopwatch import Stopwatch
from studio.learn.validation import Judge, Verdict

Outcome: TypeAlias = Literal["finished", "stopped early", "stopped"]


class Keeper(Protocol):
    """Keeps what an epoch has brought."""

    def keep(self, trainer: Trainer, event: EpochFinished) -> None:
        """Keep the model if the epoch is the best, and the state to go on from."""

    def flush(self) -> None:
        """Write what has not been written; called when the training ends, however it does."""


class Trainer:
    """Trains one network on one split, alone or as one of several ranks, at any precision.

    Everything random follows from seed, epoch and rank, so weights, optimizer, schedule, scaler, average and standing
    are all that a resumed run needs to go on exactly as if it had never stopped.
    """

    def __init__(
        self,
        learner: nn.Module,
        source: Source,
        judge: Judge | None,
        assignment: Assignment,
        *,
        ranks: Ranks,
        keeper: Keeper,
        emit: Emit,
        should_stop: ShouldStop,
        probe: HeatProbe | None = None,
    ) -> None:
        """Args:
        learner: the network, or the head of one whose backbone is frozen; on its device.
        source: training samples.
        judge: of the validation split; None where there is none.
        assignment: what to do.
        ranks: where it runs.
        keeper: writes checkpoints.
        emit: takes the events.
        should_stop: asked after every step.
        probe: scores heat maps after an epoch; None leaves them alone.
        """
        config, training = assignment.config, assignment.config.training
        self.learner = learner
        self.assignment = assignment
        self.epoch = 0
        self.epochs = training.epochs
        self.validation_s = 0.0
        self.standing: Standing = new_standing(config, has_validation=judge is not None)
        self.average = MovingAverage(learner, config.ema.decay) if config.ema.enabled else None
        self._training = training
        self._mixup_alpha = config.mixup.alpha
        self._source = source
        self._judge = judge
        self._ranks = ranks
        self._keeper = keeper
        self._emit = emit
        self._should_stop = should_stop
        self._probe = probe
        self._wrapped = ranks.wrap(learner)
        self._optimizer = build_optimizer(learner.parameters(), training)
        self._schedule = build_schedule(training)
        self._plan = BatchPlan(
            keys_N=source.keys_N,
            batch_size=training.batch_size,
            seed=assignment.seed,
            max_batches=training.max_train_batches,
            ranks=ranks.world_size,
        )
        self._batches_in_epoch = 0
        self._watch = Stopwatch()
        self._losses = LossReport(self._watch, emit if ranks.is_first else None)

    @property
    def network(self) -> nn.Module:
        """What classifies: the moving average where it is on."""
        return self.learner if self.average is None else self.average.network

    def fit(self) -> Outcome:
        """Train to the last epoch, or until patience runs out or someone stops it."""
        try:
            return self._fit()
        finally:
            self._keeper.flush()

    def _fit(self) -> Outcome:
        while self.epoch < self.epochs and not self.standing.is_out_of_patience:
            if self._is_over():
                return "stopped"
            self._watch.start_epoch()
            train = self._train_epoch()
            if train is None:
                return "stopped"
            speed = self._watch.epoch_speed()
            verdict = self._validate()
            self.epoch += 1
            self._close_epoch(train, verdict, speed)
        return "finished" if self.epoch >= self.epochs else "stopped early"

    def state(self) -> dict[str, Any]:
        """Everything that is needed to go on after the last whole epoch: tensors and plain values."""
        return {
            "member": self.assignment.member,
            "epoch": self.epoch,
            "epochs": self.epochs,
            "weights": self.learner.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state(),
            "scaler": self._ranks.scaler.state_dict(),
            "average": self.average.state() if self.average else None,
            "standing": self.standing.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` told; with more epochs than then, patience begins anew."""
        self.epoch = state["epoch"]
        self.learner.load_state_dict(state["weights"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.restore(state["schedule"])
        if state["scaler"] and self._ranks.scaler.is_enabled():  # another machine may train at another precision
            self._ranks.scaler.load_state_dict(state["scaler"])
        if self.average is not None:
            self.average.restore(state["average"])
        self.standing = Standing(**state["standing"])
        if self.epochs > state["epochs"]:
            self.standing.grant_more_time()

    def _train_epoch(self) -> Scores | None:
        """Learn from every batch once.

        Returns:
            the scores on the way; None when someone stopped it.
        """
        epoch = self.epoch + 1
        plan = self._plan.batches(epoch)
        self._batches_in_epoch = len(plan)
        size = self._training.gradient_accumulation_steps
        groups = [plan[start : start + size] for start in range(0, len(plan), size)]
        batches = self._source.varied(self._own(plan), epoch)
        sheet = ScoreSheet(self.assignment.score_class)
        torch.manual_seed(_seed_of(self.assignment.seed, epoch, self._ranks.rank))  # for dropout
        rng = np.random.default_rng([self.assignment.seed, epoch, self._ranks.rank])
        self.learner.train()
        for step, group in enumerate(groups):
            place = Place(epoch=self.epoch, step=step, steps=len(groups), epochs=self.epochs)
            self._step(itertools.islice(batches, len(group)), _count(group), place, sheet, rng)
            is_last = step == len(groups) - 1
            if (step + 1) % self._ranks.steps_between_agreements == 0 or is_last:
                must_end = self._check(epoch, (step + 1) * size)
                if must_end and not is_last:
                    return None
            self._watch.count(_count(group))
            done = min((step + 1) * size, len(plan))
            if self._losses.is_due(at_once=is_last):
                self._losses.tell(epoch, done, len(plan), lambda left: self._remaining_s(left, is_running=True))
        judged = Judged.joined(self._ranks.gather(sheet.collect()))
        return judged.counts(self.assignment.classes, self.assignment.score_class).to_scores()

    def _step(
        self, batches: Iterator[Batch], total: int, place: Place, sheet: ScoreSheet, rng: np.random.Generator
    ) -> None:
        """One step of the optimizer: the mean loss of `total` samples, in as many batches as memory needs."""
        for group in self._optimizer.param_groups:
            group["lr"] = self._schedule.rate(place)
        self._optimizer.zero_grad(set_to_none=True)
        for batch, is_last in _with_last(batches):
            hard_BC = soft_targets(batch.labels_B, self.assignment.classes, self._training.label_smoothing)
            inputs, targets_BC = mixed(batch.inputs, hard_BC, batch.keys_B, alpha=self._mixup_alpha, rng=rng)
            with self._ranks.autocast() if is_last else self._ranks.unsynced_autocast(self._wrapped):
                logits_BC = self._wrapped(*inputs)
            losses_B = self.assignment.loss(logits_BC, targets_BC)
            # Ranks average their gradients, but each has summed up its own part only.
            share = losses_B.sum() * (self._ranks.world_size / total)
            self._ranks.scaler.scale(share).backward()  # type: ignore[no-untyped-call]
            self._losses.note(losses_B.detach().mean())
            sheet.add(batch.numbers_B, targets_BC.argmax(dim=1), logits_BC, losses_B)
        self._ranks.scaler.unscale_(self._optimizer)
        if self._training.gradient_clipping is not None:
            nn.utils.clip_grad_norm_(self.learner.parameters(), self._training.gradient_clipping)
        self._ranks.scaler.step(self._optimizer)
        self._ranks.scaler.update()
        if self.average is not None:
            self.average.follow(self.learner)

    def _validate(self) -> Verdict | None:
        """Judge the network that classifies, the same on every rank."""
        self._ranks.share_buffers(self.network)
        if self._judge is None:
            return None
        began = time.monotonic()
        verdict = self._judge.judge(self.network)
        self.validation_s = time.monotonic() - began
        self._watch.note_validation(self.validation_s)
        if not np.isfinite(verdict.scores.loss):
            raise UserError(self._diverged(self.epoch + 1, "validating"))
        return verdict

    def _close_epoch(self, train: Scores, verdict: Verdict | None, speed: float) -> None:
        """Compare the epoch with the best, say how it went, keep it."""
        val = verdict.scores if verdict else None
        self._schedule.hear(val.loss if val else train.loss)
        is_best = self.standing.take(self.epoch, *monitored(self.standing.monitor, train, val))
        event = EpochFinished(
            epoch=self.epoch,
            epochs=self.epochs,
            train=train,
            val=val,
            val_real=verdict.real if verdict else None,
            val_painted=verdict.painted if verdict else None,
            learning_rate=self._optimizer.param_groups[0]["lr"],
            images_per_s=speed,
            duration_s=self._watch.epoch_s(),
            is_best=is_best,
            best_epoch=self.standing.best_epoch,
            patience_left=self.standing.patience_left,
            remaining_s=self._remaining_s(),
            mistakes=verdict.mistakes if verdict else (),
            member=self.assignment.member,
            heat=self._score_heat(),
            balanced_accuracy_95=self._interval(verdict) if is_best else None,
        )
        self._emit(event)
        self._keeper.keep(self, event)

    def _interval(self, verdict: Verdict | None) -> tuple[float, float] | None:
        """How sure the figure is, by photo, on the first rank alone, which alone tells."""
        return verdict.balanced_accuracy_95() if verdict is not None and self._ranks.is_first else None

    def _score_heat(self) -> HeatFit | None:
        """How well heat maps fit the dirt, on the first rank alone, which alone tells."""
        if self._probe is None or not self._ranks.is_first or not self._probe.is_due(self.epoch):
            return None
        return self._probe.score(self.network)

    def _check(self, epoch: int, batch: int) -> bool:
        """Ask all ranks whether someone wants to stop.

        Raises:
            UserError: the loss of any rank is no number any more.
        """
        must_stop, is_broken = self._ranks.agree(self._should_stop(), self._losses.is_broken())
        if is_broken:
            raise UserError(self._diverged(epoch, f"batch {batch}"))
        return must_stop

    def _is_over(self) -> bool:
        return self._ranks.agree(self._should_stop())[0]

    def _diverged(self, epoch: int, place: str) -> str:
        way_out = "lower training.learning_rate or set training.gradient_clipping to 1"
        if self._ranks.precision == "float16":
            way_out += ", or set hardware.precision to float32"
        kept = f"epoch {self.standing.best_epoch} is kept" if self.standing.best_epoch else "no epoch was finished"
        return f"The loss is no number any more (epoch {epoch}, {place}): {way_out}; {kept}"

    def _own(self, plan: Sequence[Numbers]) -> list[Numbers]:
        return [share_of(numbers, self._ranks.rank, self._ranks.world_size) for numbers in plan]

    def _remaining_s(self, batches_left: int = 0, *, is_running: bool = False) -> float | None:
        epochs = self.epochs - self.epoch - is_running + self.assignment.later_epochs
        return self._watch.remaining_s(batches_left + epochs * self._batches_in_epoch, epochs + is_running)


def _with_last(batches: Iterator[Batch]) -> Iterator[tuple[Batch, bool]]:
    """Each batch, and whether it is the last."""
    ahead = next(batches, None)
    while ahead is not None:
        batch, ahead = ahead, next(batches, None)
        yield batch, ahead is None


def _count(batches: Sequence[Numbers]) -> int:
    return sum(len(numbers) for numbers in batches)


def _seed_of(*numbers: int) -> int:
    digest = hashlib.blake2b(repr(numbers).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "little")
