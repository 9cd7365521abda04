"""Trains the networks that a run's model is made of."""

from __future__ import annotations

import copy
import gc
from typing import Any

import torch

from studio.core.children import ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import Notice
from studio.core.files import write_text
from studio.core.runs import RunFolder
from studio.learn.architectures import build_network
from studio.learn.assignment import Assignment
from studio.learn.checkpoints import Member, load_state
from studio.learn.feature_source import FeatureSource, standardise
from studio.learn.heat_probe import open_probe
from studio.learn.keeper import RunKeeper
from studio.learn.lesson import Lesson
from studio.learn.losses import build_loss
from studio.learn.metrics import score_class_of
from studio.learn.network import Network
from studio.learn.ranks import Ranks
from studio.learn.speaker import Speaker
from studio.learn.trainer import Outcome, Trainer
from studio.learn.validation import Judge
from studio.learn.workshop import Workshop, compile_network

OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


class MemberSchool:
    """Trains one network after another with what they have in common."""

    def __init__(
        self,
        config: StudioConfig,
        workshop: Workshop,
        run: RunFolder,
        ranks: Ranks,
        speaker: Speaker,
        should_stop: ShouldStop,
    ) -> None:
        """Args:
        config: the run's settings; batches become smaller where memory runs out, on disk too.
        workshop: what the networks have in common.
        run: its folder.
        ranks: this process among the others.
        speaker: takes the events.
        should_stop: asked after every step.
        """
        self._config = config
        self._workshop = workshop
        self._run = run
        self._ranks = ranks
        self._speaker = speaker
        self._should_stop = should_stop

    def train(self, member: int, finished: tuple[Member, ...], state: dict[str, Any] | None) -> tuple[Outcome, Trainer]:
        """Train one network, with smaller batches where memory runs out.

        Args:
            member: which one, from 1.
            finished: those before it.
            state: to go on from; None begins.

        Raises:
            UserError: the loss diverges, or memory does not suffice for any batch.
        """
        lesson = self._workshop.lesson(member)
        while True:
            try:
                trainer = self._new_trainer(member, finished, lesson)
                if state is not None:
                    trainer.restore(state)
                return trainer.fit(), trainer
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
                problem = str(error)
            # Out of the except clause, whose traceback holds on to the network.
            self._halve_batches(problem)
            if self._run.last.exists() and member == (saved := load_state(self._run.last))["member"]:
                state = saved

    def _new_trainer(self, member: int, finished: tuple[Member, ...], lesson: Lesson) -> Trainer:
        config, manifest = self._config, self._workshop.manifest
        seed = config.training.seed + member - 1
        network = self._new_network(seed, lesson)
        loss = build_loss(config.training, lesson.weights_C)
        score_class = score_class_of(manifest.classes, manifest.positive)
        judge = Judge(
            source=lesson.judging,
            samples=lesson.samples,
            picture=manifest.picture,
            classes=manifest.classes,
            score_class=score_class,
            loss=loss,
            smoothing=config.training.label_smoothing,
            batch_size=max(1, 2 * config.training.batch_size // self._ranks.world_size),
            ranks=self._ranks,
        )
        keeper = RunKeeper(
            run=self._run,
            config=config,
            classes=manifest.classes,
            positive=manifest.positive,
            network=network,
            finished=finished,
            is_writer=self._ranks.is_first,
            emit=self._speaker.say,
        )
        assignment = Assignment(
            config=config,
            seed=seed,
            member=member,
            classes=len(manifest.classes),
            score_class=score_class,
            loss=loss,
            later_epochs=(config.ensemble.members - member) * config.training.epochs,
        )
        return Trainer(
            network.head if network.head is not None else network,
            lesson.train,
            judge if len(lesson.samples) else None,
            assignment,
            ranks=self._ranks,
            keeper=keeper,
            emit=self._speaker.say,
            should_stop=self._should_stop,
            probe=open_probe(network, lesson.samples, manifest, config) if self._ranks.is_first else None,
        )

    def _new_network(self, seed: int, lesson: Lesson) -> Network:
        """A network as it starts: members of an ensemble differ by their seed, and by the photos held out from them."""
        torch.manual_seed(seed)
        workshop = self._workshop
        if workshop.network.is_frozen:
            network = copy.deepcopy(workshop.network)
            assert network.head is not None and isinstance(lesson.train, FeatureSource)
            standardise(network.head, lesson.train)
            return network
        network = build_network(self._config.model, len(workshop.manifest.classes))
        self._ranks.place(network)
        if self._config.hardware.compile:
            compile_network(network, self._speaker.say)
        return network

    def _halve_batches(self, problem: str) -> None:
        """Half the batch, twice the accumulation: the same steps in less memory.

        Raises:
            UserError: a batch cannot be halved any more, or other processes would have to do the same.
        """
        gc.collect()
        self._ranks.free_memory()
        training = self._config.training
        if training.batch_size < 2 or self._ranks.world_size > 1:
            raise UserError(
                f"Memory ran out with batches of {training.batch_size}; lower training.batch_size or model.input_size,"
                f" or choose a smaller model.architecture ({problem.splitlines()[0]})"
            )
        half, twice = training.batch_size // 2, training.gradient_accumulation_steps * 2
        self._config = self._config.edited(training__batch_size=half, training__gradient_accumulation_steps=twice)
        write_text(self._run.config, self._config.to_json())
        text = f"Memory ran out: batches of {half} from now on, {twice} of them to a step, which learns the same."
        self._speaker.say(Notice(kind="warning", text=text, details=problem))


def _is_out_of_memory(error: Exception) -> bool:
    is_said = any(words in str(error).lower() for words in OUT_OF_MEMORY)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or is_said
