"""Writes a model as ONNX, for onnxruntime."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.errors import UserError
from studio.data.exported_model import open_model
from studio.learn.export_network import Ask, Exportable

PACKAGES = ("onnx", "onnxscript", "onnxruntime")
OPSET = 18
"""The first whose `Resize` does not alias."""


def check_packages() -> None:
    """Refuse before any work what would fail after it.

    Raises:
        UserError: what writes or runs ONNX is not installed.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        way = 'install with `pip install "spotless-studio[export]"`, or in a checkout `pip install -e ".[export]"`'
        if getattr(sys, "frozen", False):  # what is packed into one folder takes nothing in any more
            way = "export from a studio that was installed with pip, or choose the archive of PyTorch"
        raise UserError(
            f"ONNX needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed; {way}"
        )


def write_onnx(exportable: Exportable, file: Path) -> None:
    """Write one file with weights and metadata.

    Args:
        exportable: the model.
        file: where to.
    """
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # remarks of the exporter on its own steps
        logger = logging.getLogger("torch.onnx")
        level, logger.level = logger.level, logging.ERROR
        try:
            program = torch.onnx.export(
                exportable.network,
                exportable.example(),
                input_names=list(exportable.names),
                output_names=["probabilities", "chosen", "look"],
                dynamic_shapes=exportable.dynamic_shapes,
                opset_version=OPSET,
                dynamo=True,
                verbose=False,
            )
        finally:
            logger.level = level
        assert program is not None
        program.model.metadata_props.update(exportable.facts)
        program.save(str(file), external_data=False)


def open_onnx(file: Path) -> Ask:
    """What answers for named inputs with probabilities, by onnxruntime on the CPU."""
    session = open_model(file, threads=max(1, torch.get_num_threads()))

    def ask(inputs: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.float32]:
        shares_NC: NDArray[np.float32] = session.run(["probabilities"], dict(inputs))[0]
        return shares_NC

    return ask
