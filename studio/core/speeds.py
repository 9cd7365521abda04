"""How fast networks train on this machine, as benchmarks found it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from studio.core.bounded import read_bytes
from studio.core.config import StudioConfig
from studio.core.files import write_json

_FILE = "speeds.json"


@dataclass(frozen=True, kw_only=True)
class Speed:
    """How fast one architecture trains here.

    Attributes:
        architecture: which one.
        device: cpu, cuda or mps.
        device_name: the device in words.
        precision: float32, float16 or bfloat16.
        height, width: of the network's pictures, px.
        batch_size: samples in a batch.
        sample_s: seconds for one sample of an epoch, its pixels being cached.
        caching_s: seconds to cache one photo's pixels.
        measured_s: when, in seconds since 1970.
        memory_bytes: the most that its training took; 0 where an older version measured.
        memory_total_bytes: what the machine or its graphics card has; 0 likewise.
    """

    architecture: str
    device: str
    device_name: str
    precision: str
    height: int
    width: int
    batch_size: int
    sample_s: float
    caching_s: float
    measured_s: float
    memory_bytes: int = 0
    memory_total_bytes: int = 0

    def is_of(self, config: StudioConfig) -> bool:
        """Whether a training with these settings does the same work for each pixel, on the same device."""
        hardware, model = config.hardware, config.model
        return (
            model.architecture == self.architecture
            and model.freeze == "none"
            and hardware.device in ("auto", self.device)
            and hardware.precision in ("auto", self.precision)
            and (hardware.processes, hardware.threads, hardware.compile) == (1, None, False)
            and config.data.cache
        )


def known_speeds(workspace: Path) -> tuple[Speed, ...]:
    """What has been measured on this machine, the latest last; nothing where the file is of another version.

    Args:
        workspace: the folder that holds them.
    """
    try:
        speeds = _adapter().validate_python(json.loads(read_bytes(workspace / _FILE)))
    except (OSError, ValueError, RecursionError):
        return ()
    return tuple(speed for speed in speeds if math.isfinite(speed.sample_s) and math.isfinite(speed.caching_s))


def keep_speeds(workspace: Path, speeds: Sequence[Speed]) -> None:
    """Remember what was measured, in the place of what was measured of the same before.

    Args:
        workspace: the folder that holds them; made when missing.
        speeds: the new ones.

    Raises:
        UserError: the folder cannot be written.
    """
    kept = {_subject(speed): speed for speed in known_speeds(workspace)}
    for speed in speeds:
        kept.pop(_subject(speed), None)
        kept[_subject(speed)] = speed
    write_json(workspace / _FILE, [asdict(speed) for speed in kept.values()])


@cache
def _adapter() -> TypeAdapter[tuple[Speed, ...]]:
    return TypeAdapter(tuple[Speed, ...])


def _subject(speed: Speed) -> tuple[str | int, ...]:
    return speed.architecture, speed.device, speed.precision, speed.height, speed.width, speed.batch_size
