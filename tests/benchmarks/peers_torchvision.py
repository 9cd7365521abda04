"""The torchvision reference recipe for classification, written anew: `peers_torchvision.py train|answer TASK.json`.

Runs in an environment of its own, so it imports nothing of the studio. What the recipe decides is kept: random resized
crop and mirror, centre crop of an enlarged picture for judging, SGD with momentum 0.9 and weight decay 1e-4, a
checkpoint after each epoch, the last one counts. Its step of 30 epochs never comes in so short a run. Its learning rate
of 0.1 is for eight cards with 32 photos each, so it is scaled by the batch (Goyal et al. 2017); its 16 workers are as
many as there are cores.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

LEARNING_RATE_OF_256, MOMENTUM, WEIGHT_DECAY = 0.1, 0.9, 1e-4
ENLARGED = 256 / 224


def main() -> None:
    """Train, or answer for photos."""
    word, file = sys.argv[1:]
    task = json.loads(Path(file).read_text(encoding="utf-8"))
    torch.manual_seed(task["seed"])
    if word == "train":
        train(task)
    else:
        answer(task)


def train(task: dict[str, Any]) -> None:
    """Fine-tune every layer; judge and save after each epoch."""
    learn = ImageFolder(task["learn"], transform=varied(task["size_px"]))
    val = ImageFolder(task["learn"], transform=plain(task["size_px"]))
    order = torch.randperm(len(learn)).tolist()
    held = round(len(order) * task["val_share"])
    trained_on = batches(task, Subset(learn, order[held:]), is_shuffled=True)
    judged_on = batches(task, Subset(val, order[:held]), is_shuffled=False)
    network = timm.create_model(
        task["architecture"], pretrained=True, pretrained_cfg_overlay={"file": task["weights"]}, num_classes=2
    )
    learning_rate = LEARNING_RATE_OF_256 * task["batch_size"] / 256
    optimizer = torch.optim.SGD(network.parameters(), learning_rate, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30, gamma=0.1)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(task["epochs"]):
        network.train()
        for pictures, classes in trained_on:
            loss = criterion(network(pictures), classes)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        network.eval()
        right = sum(int((logits(network, p).argmax(1) == classes).sum()) for p, classes in judged_on)
        print(f"epoch {epoch + 1}: {right} of {held} right")
        torch.save({"model": network.state_dict(), "optimizer": optimizer.state_dict()}, task["model"])


def answer(task: dict[str, Any]) -> None:
    """Write how dirty each held-out photo is, by its path."""
    photos = ImageFolder(task["held_out"], transform=plain(task["size_px"]))
    network = timm.create_model(task["architecture"], num_classes=2)
    network.load_state_dict(torch.load(task["model"], weights_only=True)["model"])
    network.eval()
    found = [logits(network, pictures).softmax(1)[:, 1] for pictures, _ in batches(task, photos, is_shuffled=False)]
    scores = dict(zip((path for path, _ in photos.samples), torch.cat(found).tolist(), strict=True))
    Path(task["answers"]).write_text(json.dumps(scores), encoding="utf-8")


def logits(network: nn.Module, pictures: Tensor) -> Tensor:
    """What a network says, without what it would need to learn."""
    with torch.inference_mode():
        said: Tensor = network(pictures)
    return said


def varied(size_px: int) -> v2.Compose:
    """What the recipe trains on."""
    return v2.Compose([v2.RandomResizedCrop(size_px, antialias=True), v2.RandomHorizontalFlip(), *as_tensor()])


def plain(size_px: int) -> v2.Compose:
    """What the recipe judges."""
    return v2.Compose([v2.Resize(round(size_px * ENLARGED), antialias=True), v2.CenterCrop(size_px), *as_tensor()])


def as_tensor() -> list[v2.Transform]:
    """The scale that the weights expect."""
    return [v2.PILToTensor(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5] * 3, [0.5] * 3)]


def batches(task: dict[str, Any], photos: Dataset[Any], *, is_shuffled: bool) -> DataLoader[Any]:
    """Photos read by as many processes as there are cores."""
    return DataLoader(photos, task["batch_size"], shuffle=is_shuffled, num_workers=os.cpu_count() or 1)


if __name__ == "__main__":
    main()
