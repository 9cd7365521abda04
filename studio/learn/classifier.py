"""Classifier: a trained model that answers for photos."""

from __future__ import annotations

import functools
import io
import itertools
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.core.allocator import keep_freed_memory
from studio.core.requests import ModelFacts, Picture, Prediction, RejectedPhoto
from studio.core.sections import TtaSettings
from studio.core.winner import winner
from studio.data.framing import Framed
from studio.data.photos import GLANCE_PX, PhotoError, decode_photo
from studio.data.pool import cores
from studio.data.sight import find_dish, see_bytes, see_unknown
from studio.data.transforms import scale_in_force, unpack
from studio.learn.checkpoints import Model, load_model
from studio.learn.desks import ahead_of, desk_count, desks
from studio.learn.ensemble import Ensemble, quickened, views_of
from studio.learn.explain import over_photo
from studio.learn.model_networks import model_file, networks_of
from studio.learn.network import Network
from studio.learn.precision import choose_answering_precision
from studio.learn.ranks import choose_device
from studio.learn.recollection import Known, Recollection

Parts: TypeAlias = tuple[tuple[tuple[float, ...], ...], ...]
"""What each network says of each view, views outermost."""

PHOTOS_AT_ONCE = {"cpu": 4, "cuda": 32, "mps": 16}


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A photo on its way: framed, or refused."""

    path: str
    framed: Framed | None
    reason: str
    shares: tuple[float, ...] | None
    ms: float


class Classifier:
    """Answers for photos with a trained model.

    Attributes:
        classes: in the order of the probabilities.
        positive: the class that the threshold is about, if there is one.
        threshold: probability of it from which it wins; None for more than two classes.
        temperature: what the model's logits are divided by.
        facts: all this for the window.
        views: the axes that each look at a photo turns round.
    """

    def __init__(
        self, model: Model, networks: Sequence[Network], device: torch.device, tta: TtaSettings | None = None
    ) -> None:
        """Use `load`."""
        config = model.config
        self.views = views_of(config.tta if tta is None else tta)
        self.classes = model.classes
        self.positive = model.positive
        self.threshold = model.threshold
        self.temperature = model.temperature
        self.facts = ModelFacts(
            classes=model.classes,
            positive=model.positive,
            threshold=model.threshold,
            title=str(model.info.get("title", "")),
            band=model.band,
            miss_cost=config.decision.miss_cost,
            rewash_cost=config.decision.rewash_cost,
            prevalence=config.decision.prevalence,
        )
        self._data = config.data
        self._size_hw = config.model.input_size
        self._device = device
        self._recollection = Recollection(0)
        self._ensemble = Ensemble(
            networks,
            scale=scale_in_force(networks[0].scale, normalize=config.data.normalize),
            temperature=model.temperature,
            views=self.views,
            precision=choose_answering_precision(config.hardware.precision, device, networks[0]),
        )
        self._twins: list[Ensemble] = []
        # Only these look at where the dish is, and finding it takes as long as a small network.
        self._is_dish_asked = (
            config.data.framing == "dish"
            or config.data.background == "grey"
            or any(network.is_frozen for network in networks)
        )

    @classmethod
    def load(cls, place: Path, *, device: str = "auto", tta: TtaSettings | None = None) -> Classifier:
        """Read a model.

        Args:
            place: a run's folder, its `best.pt`, or a file that was saved as a model.
            device: auto, cpu, cuda or mps.
            tta: how often to look at each photo; None looks as the model's settings say.

        Raises:
            UserError: there is no model, or it is damaged or of a newer version.
            ConfigError: the device is not there.
        """
        keep_freed_memory()
        file = model_file(place)
        model = load_model(file)
        chosen = choose_device(device, 0, 1, 1)
        return cls(model, quickened([network.to(chosen) for network in networks_of(model, file)]), chosen, tta)

    def remember(self, limit_bytes: int) -> None:
        """Keep the photos last asked about, so that a second question about one is answered quickly.

        Args:
            limit_bytes: how much memory they may take.
        """
        self._recollection = Recollection(limit_bytes)

    def warm_up(self) -> None:
        """Take every step once with a drawn picture, so that the first photo does not wait for what loads lazily."""
        stream = io.BytesIO()
        Image.radial_gradient("L").convert("RGB").save(stream, "JPEG")
        data, name = stream.getvalue(), "drawn.jpg"
        framing, background = self._data.framing, self._data.background
        outline = find_dish(decode_photo(data, name, longest_px=GLANCE_PX).image_HW3)
        framed = see_bytes(data, name, outline, framing=framing, background=background, size_hw=self._size_hw)
        self._answers([_Seen(path=name, framed=framed, reason="", shares=None, ms=0.0)], self._ensemble, True, None)

    def classify(
        self,
        paths: Sequence[Path],
        *,
        heat_maps: bool = False,
        threshold: float | None = None,
        with_parts: bool = False,
    ) -> Generator[Prediction | RejectedPhoto, None, None]:
        """Answer for photos.

        Args:
            paths: their files.
            heat_maps: whether to show where the evidence for the positive class lies, or for the chosen one where
                there is no positive one.
            threshold: probability of the positive class from which it wins, 0..1; None takes the model's own.
            with_parts: whether to tell what each network says of each view.

        Yields:
            for each file in turn an answer, or why there is none.
        """
        if self._device.type == "cpu" and len(paths) > 1:
            count = desk_count()
            ask = functools.partial(self._answer, heat_maps=heat_maps, threshold=threshold, with_parts=with_parts)
            with desks(count) as threads:
                yield from ahead_of(ask, paths, threads, ahead=2 * count)
            return
        at_once = PHOTOS_AT_ONCE[self._device.type]
        with ThreadPoolExecutor(cores(), thread_name_prefix="photos") as threads:
            for batch in _batches(ahead_of(self._see, paths, threads, ahead=2 * at_once), at_once):
                framed = [seen for seen in batch if seen.framed is not None]
                answers = iter(
                    self._answers(framed, self._ensemble, heat_maps, threshold, with_parts) if framed else ()
                )
                for seen in batch:
                    yield next(answers) if seen.framed else RejectedPhoto(path=seen.path, reason=seen.reason)

    def _answer(
        self, path: Path, *, heat_maps: bool, threshold: float | None, with_parts: bool
    ) -> Prediction | RejectedPhoto:
        """One photo from its file to its answer, by one core."""
        seen = self._see(path)
        if seen.framed is None:
            return RejectedPhoto(path=seen.path, reason=seen.reason)
        try:
            twin = self._twins.pop()
        except IndexError:
            twin = self._ensemble.twin()
        try:
            return self._answers([seen], twin, heat_maps, threshold, with_parts)[0]
        finally:
            self._twins.append(twin)

    def _see(self, path: Path) -> _Seen:
        began = time.perf_counter()
        known = self._recollection.find(path)
        framed, reason = known.framed if known is not None else None, ""
        if framed is None:
            try:
                framed = see_unknown(
                    path,
                    framing=self._data.framing,
                    background=self._data.background,
                    size_hw=self._size_hw,
                    is_dish_asked=self._is_dish_asked,
                )
            except PhotoError as error:
                reason = error.reason
        return _Seen(
            path=str(path),
            framed=framed,
            reason=reason,
            shares=known.shares if known is not None else None,
            ms=1000 * (time.perf_counter() - began),
        )

    def _answers(
        self,
        batch: list[_Seen],
        ensemble: Ensemble,
        heat_maps: bool,
        threshold: float | None,
        with_parts: bool = False,
    ) -> list[Prediction]:
        began = time.perf_counter()
        framed = [seen.framed for seen in batch if seen.framed is not None]
        pixels = np.stack([one.pixels() for one in framed])
        images, inside = unpack(torch.from_numpy(pixels).to(self._device))
        parts: Sequence[Parts] = [()] * len(batch)
        if with_parts:
            parts_VMNC = ensemble.parts(images, inside).cpu()
            shares_NC = parts_VMNC.flatten(0, 1).mean(dim=0)
            parts = [_in_tuples(parts_VMNC[:, :, number]) for number in range(len(batch))]
        else:
            shares_NC = self._shares(batch, ensemble, images, inside)
        positive = None if self.positive is None else self.classes.index(self.positive)
        point = self.threshold if threshold is None else threshold
        chosen_N = torch.tensor([winner(shares, positive, point) for shares in shares_NC.tolist()])
        heats: Sequence[Picture | None] = [None] * len(batch)
        if heat_maps:
            found = ensemble.evidence(images, inside, self._targets(chosen_N)).cpu().numpy()
            heats = [over_photo(one, view) for one, view in zip(found, framed, strict=True)]
        ms = 1000 * (time.perf_counter() - began) / len(batch)
        return [
            Prediction(
                path=seen.path,
                chosen=self.classes[chosen],
                look=self._is_doubtful(shares),
                probabilities=dict(zip(self.classes, shares, strict=True)),
                heat_map=heat,
                ms=seen.ms + ms,
                parts=own,
            )
            for seen, chosen, shares, heat, own in zip(
                batch, chosen_N.tolist(), shares_NC.tolist(), heats, parts, strict=True
            )
        ]

    def _shares(self, batch: list[_Seen], ensemble: Ensemble, images: Tensor, inside: Tensor) -> Tensor:
        """Probabilities, asking the network only for photos that it was not asked about before."""
        if all(seen.shares is not None for seen in batch):
            return torch.tensor([seen.shares for seen in batch], dtype=torch.float64)
        shares_NC = ensemble.probabilities(images, inside).cpu()
        for seen, shares in zip(batch, shares_NC.tolist(), strict=True):
            if seen.framed is not None:
                self._recollection.keep(Path(seen.path), Known(framed=seen.framed, shares=tuple(shares)))
        return shares_NC

    def _is_doubtful(self, shares: Sequence[float]) -> bool:
        """Whether the model's own band asks a person to look."""
        band = self.facts.band
        if band is None or self.positive is None:
            return False
        return band[0] <= shares[self.classes.index(self.positive)] < band[1]

    def _targets(self, chosen_N: Tensor) -> Tensor:
        positive = self.positive
        targets_N = chosen_N if positive is None else torch.full_like(chosen_N, self.classes.index(positive))
        return targets_N.to(self._device)


def _in_tuples(parts_VMC: Tensor) -> Parts:
    return tuple(tuple(tuple(shares) for shares in members) for members in parts_VMC.tolist())


def _batches(items: Iterator[_Seen], size: int) -> Iterator[list[_Seen]]:
    while batch := list(itertools.islice(items, size)):
        yield batch
