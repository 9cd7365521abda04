"""What a run was made with: the data's place, versions, the machine, and what every `auto` came to."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

import studio
from studio.core.config import read_json
from studio.core.errors import UserError
from studio.core.files import write_json
from studio.core.runs import RunFolder
from studio.learn.ranks import usable_cores

PACKAGES = ("torch", "torchvision", "timm", "numpy", "opencv-python-headless", "pillow", "pillow-heif")


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What every `auto` came to; a resumed run uses these.

    Attributes:
        device: cpu, cuda or mps.
        precision: float32, float16 or bfloat16.
        threads: of each process on a CPU.
        workers: processes of each rank that read photos.
        processes: ranks.
    """

    device: str
    precision: str
    threads: int
    workers: int
    processes: int


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The content of `environment.json`.

    Attributes:
        data: what was asked to be trained on: a dataset's folder, or photos.
        dataset: the dataset's folder; empty until there is one.
        fingerprint: of the dataset; empty until there is one.
        resolved: None until everything is chosen.
        machine: what figures may depend on: processor, cards, versions.
    """

    data: str
    dataset: str = ""
    fingerprint: str = ""
    resolved: Resolved | None = None
    machine: Mapping[str, Any] = field(default_factory=lambda: describe_machine())


def describe_machine() -> dict[str, Any]:
    """The machine and the versions of what computes on it."""
    cards = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": usable_cores(),
        "cards": cards,
        "python": platform.python_version(),
        "studio": studio.__version__,
        **{name: _version(name) for name in PACKAGES},
    }


def write_environment(run: RunFolder, environment: Environment) -> None:
    """Replace the run's `environment.json`.

    Raises:
        UserError: the folder cannot be written.
    """
    write_json(run.environment, asdict(environment))


def read_environment(run: RunFolder) -> Environment:
    """Read a run's `environment.json`.

    Raises:
        UserError: it is missing or damaged.
    """
    values = read_json(run.environment)
    try:
        resolved = values["resolved"]
        return Environment(
            data=str(values["data"]),
            dataset=str(values["dataset"]),
            fingerprint=str(values["fingerprint"]),
            resolved=None if resolved is None else Resolved(**resolved),
            machine=dict(values["machine"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{run.environment}: is damaged ({error}); train anew") from error


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two machines differ, a sentence each."""
    return [f"{name}: {then.get(name)} then, {now[name]} now" for name in now if then.get(name) != now[name]]


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass  # only Linux has it
    return platform.processor() or os.environ.get("PROCESSOR_IDENTIFIER", "") or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
