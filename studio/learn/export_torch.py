"""Writes a model as an archive of `torch.export`, for PyTorch without the studio."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from studio.learn.export_network import Ask, Exportable

FACTS = "spotless.json"
"""Name of the extra file inside the archive that holds what the model says of itself."""


def write_archive(exportable: Exportable, file: Path) -> None:
    """Write one file (.pt2) with weights and metadata.

    Args:
        exportable: the model.
        file: where to; `torch.export.load` asks for the suffix .pt2.

    Raises:
        OSError: the file cannot be written.
    """
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # remarks of the exporter on its own steps
        program = torch.export.export(
            exportable.network, exportable.example(), dynamic_shapes=exportable.dynamic_shapes
        )
        facts = "{" + ", ".join(f'"{name}": {value}' for name, value in exportable.facts.items()) + "}"
        # Into memory first: given a file on a full disk, torch ends the whole process.
        packed = io.BytesIO()
        torch.export.save(program, packed, extra_files={FACTS: facts})
    file.write_bytes(packed.getvalue())


def open_archive(file: Path, names: tuple[str, ...]) -> Ask:
    """What answers for named inputs with probabilities.

    Args:
        file: the archive, one that was written a moment ago.
        names: of its inputs, in order.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = torch.export.load(str(file)).module()

    @torch.no_grad()
    def ask(inputs: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.float32]:
        shares_NC: NDArray[np.float32] = network(*(torch.from_numpy(inputs[name]) for name in names))[0].numpy()
        return shares_NC

    return ask
