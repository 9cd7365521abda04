"""Asks an exported model about a photo's file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from studio.data.framing import Framed
from studio.data.opencv_photos import UnreadablePhotoError
from studio.data.sight import see_unknown


def open_model(file: Path | str, *, threads: int = 0) -> Any:
    """An `onnxruntime.InferenceSession` on the CPU that reports to nobody.

    Args:
        file: the exported model.
        threads: how many it computes with; 0 for as many as there are cores.
    """
    # From 1.32 on it sends its makers what it is used for, unless told not to before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def framed_as(facts: dict[str, str], file: Path | str) -> Framed:
    """Read a photo and frame it as a model was trained on it.

    Args:
        facts: what the model says of itself, each value as JSON.
        file: the photo.
    """
    height, width = json.loads(facts["input_size"])
    return see_unknown(
        file,
        framing=json.loads(facts["framing"]),
        background=json.loads(facts["background"]),
        size_hw=(height, width),
        is_dish_asked=json.loads(facts["is_dish_asked"]),
    )


def inputs_of(framed: Framed, facts: dict[str, str]) -> dict[str, Any]:
    """What the model takes, by name: one framed picture.

    Returns:
        `image`, uint8 1 x height x width x 3, RGB; for models that look at where the dish is also `inside`, uint8
        1 x height x width, 255 on the dish.
    """
    known = {"image": framed.image_HW3, "inside": framed.inside_HW}
    return {name: np.ascontiguousarray(known[name][None]) for name in json.loads(facts["inputs"])}


def answer(session: Any, file: Path | str) -> tuple[str, dict[str, float], bool]:
    """Say what is in a photo.

    Args:
        session: what `open_model` gave.
        file: the photo.

    Returns:
        the class that won at the model's threshold, the probability of each class, 0..1, and whether the model asks
        for a person to look.
    """
    facts = session.get_modelmeta().custom_metadata_map
    classes = json.loads(facts["classes"])
    inputs = inputs_of(framed_as(facts, file), facts)
    probabilities, chosen, look = session.run(["probabilities", "chosen", "look"], inputs)
    return classes[int(chosen[0])], dict(zip(classes, map(float, probabilities[0]), strict=True)), bool(look[0])


def main(words: list[str]) -> int:
    """Answer for photos on the command line: `python framing.py MODEL.onnx PHOTO...`."""
    if len(words) < 2:
        print("usage: python framing.py MODEL.onnx PHOTO...", file=sys.stderr)
        return 2
    session = open_model(words[0])
    unread = 0
    for file in words[1:]:
        try:
            chosen, shares, look = answer(session, file)
        except UnreadablePhotoError as error:
            print(error, file=sys.stderr)
            unread += 1
            continue
        print(f"{file}: {chosen} ({shares[chosen]:.1%}){', please look yourself' * look}")
    return 1 if unread else 0
