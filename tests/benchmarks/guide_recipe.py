"""The training guide's own loop, written anew as a yardstick."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision import transforms

from studio.core.config import StudioConfig
from studio.learn.architectures import build_network

CLASSES = ("clean", "dirty")
LONG_S = 15.0
"""A steady loop has told its speed by then."""

BATCHES_AHEAD = 2
"""Of each worker, as DataLoader does where nothing else is said."""

Pictures = tuple[Tensor, Tensor]  # of a batch: N x 3 x height x width, and classes


@dataclass(frozen=True, kw_only=True)
class Task:
    """What both train.

    Attributes:
        architecture: which network.
        device: cpu, cuda or mps.
        files: the photos; every second one is dirty.
        epochs: of each turn.
        batch_size: samples in a step.
        size_px: width and height of the network's pictures.
        workers: processes that read photos for the guide's loop.
        threads: of the guide's loop itself; 0 leaves torch's own choice.
        is_compiled: whether ours is compiled.
    """

    architecture: str
    device: str
    files: tuple[str, ...]
    epochs: int
    batch_size: int
    size_px: int
    workers: int
    threads: int
    is_compiled: bool

    @property
    def samples(self) -> int:
        """How many a turn trains on, each epoch counted."""
        return len(self.files) * self.epochs

    @property
    def config(self) -> StudioConfig:
        """The same as settings: those of the guide's own configuration, with its advanced augmentation."""
        return StudioConfig().edited(
            model__architecture=self.architecture, model__pretrained=False, model__input_size=self.size_px,
            training__epochs=self.epochs, training__batch_size=self.batch_size, data__augmentation="advanced",
            data__framing="stretch", data__cache=True, early_stopping__enabled=False, ensemble__members=1,
            hardware__device=self.device, hardware__compile=self.is_compiled,
        )  # fmt: skip


def guide_host(task: Task, pipe: Connection) -> None:
    """Train for every word that comes, and answer with samples a second, until no word can come any more."""
    torch.manual_seed(0)
    device = torch.device(task.device)
    network = build_network(task.config.model, len(CLASSES)).body.to(device)
    training = task.config.training
    optimizer = torch.optim.Adam(network.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=training.step_size, gamma=training.gamma)
    criterion = nn.CrossEntropyLoss(weight=torch.ones(len(CLASSES), device=device))
    scaler = torch.amp.GradScaler("cuda") if device.type == "cuda" else None
    batches = iter(guide_loader(task))
    steps = -(-len(task.files) // task.batch_size)
    if task.threads:
        torch.set_num_threads(task.threads)
    # While ours had its turn the workers went ahead as far as they may; a loop that runs finds that used up.
    warm_up = BATCHES_AHEAD * task.workers + 2
    network.train()
    while True:
        try:
            pipe.recv()
        except EOFError:
            return
        guide_epoch(network, itertools.islice(batches, warm_up), criterion, optimizer, scaler, device)
        done, began = 0, now(device)
        while done < task.samples and now(device) - began < LONG_S:
            guide_epoch(network, itertools.islice(batches, steps), criterion, optimizer, scaler, device)
            scheduler.step()
            done += steps * task.batch_size
        pipe.send(done / (now(device) - began))


def guide_epoch(
    network: nn.Module,
    batches: Iterable[Pictures],
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler | None,
    device: torch.device,
) -> tuple[float, float]:
    """What the guide does with each batch: mean loss, share of right answers."""
    loss_sum, right, count, steps = 0.0, 0, 0, 0
    for pictures, labels in batches:
        pictures, labels = pictures.to(device), labels.to(device)
        optimizer.zero_grad()
        with torch.autocast(device.type, dtype=torch.float16, enabled=scaler is not None):
            logits = network(pictures)
            loss = criterion(logits, labels)
        if scaler is None:
            loss.backward()
            optimizer.step()
        else:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        loss_sum += loss.item()
        right += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
        steps += 1
    return loss_sum / max(1, steps), right / max(1, count)


def guide_loader(task: Task) -> DataLoader[tuple[Tensor, int]]:
    """The guide's photos without end: a loop that never has to begin again is its best case."""
    return DataLoader(
        GuidePhotos(task.files, task.size_px),
        batch_size=task.batch_size,
        sampler=Endless(len(task.files)),
        num_workers=task.workers,
        multiprocessing_context="spawn" if task.workers else None,
        pin_memory=task.device == "cuda",
    )


class Endless(Sampler[int]):
    """One shuffled epoch after another."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[int]:
        rng = np.random.default_rng(0)
        while True:
            yield from rng.permutation(self._count).tolist()


class GuidePhotos(Dataset[tuple[Tensor, int]]):
    """Photos opened and varied one by one."""

    def __init__(self, files: Sequence[str], size_px: int) -> None:
        self._files = files
        self._vary = advanced(size_px)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, number: int) -> tuple[Tensor, int]:
        with Image.open(self._files[number]) as photo:
            picture: Tensor = self._vary(photo.convert("RGB"))
        return picture, number % len(CLASSES)


def advanced(size_px: int) -> transforms.Compose:
    """The guide's advanced augmentation, with its figures."""
    wide_px = int(size_px * 1.1)
    return transforms.Compose([
        transforms.Resize((wide_px, wide_px)),
        transforms.RandomCrop(size_px),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.RandomRotation(degrees=15),
        transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2, hue=0.1),
        transforms.RandomApply([transforms.GaussianBlur(kernel_size=3, sigma=(0.1, 2.0))], p=0.2),
        transforms.RandomApply(
            [transforms.RandomAffine(degrees=0, translate=(0.1, 0.1), scale=(0.9, 1.1), shear=5)], p=0.3
        ),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        transforms.RandomErasing(p=0.1, scale=(0.02, 0.1)),
    ])  # fmt: skip


def now(device: torch.device) -> float:
    """Seconds, once the device has done all it was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
