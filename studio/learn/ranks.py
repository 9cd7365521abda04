"""Where a training runs: device, precision, and the other processes that share its batches.

CPU, graphics card, mixed precision and several processes differ here and nowhere else.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from studio.core.allocator import keep_freed_memory
from studio.core.children import Seat
from studio.core.errors import ConfigError, UserError
from studio.core.sections import HardwareSettings

T = TypeVar("T")

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}

# Rank 0 may import and paint for hours while the others wait; a rank that dies is noticed by whoever started it.
PATIENCE = timedelta(days=7)

STEPS_BETWEEN_AGREEMENTS_ON_CARDS = 10


@dataclass
class Ranks:
    """This process among those that train together; alone it is rank 0 of 1.

    Attributes:
        rank: 0 is the one that writes.
        world_size: number of processes.
        local_size: number of them on this machine.
        device: where this one computes.
        threads: of this process on a CPU.
        precision: float32 until `use_precision` says otherwise.
    """

    rank: int
    world_size: int
    local_size: int
    device: torch.device
    threads: int
    precision: str = "float32"
    scaler: torch.amp.GradScaler = field(init=False)

    def __post_init__(self) -> None:
        self.use_precision(self.precision)

    @property
    def is_first(self) -> bool:
        """Whether this is the process that speaks and writes."""
        return self.rank == 0

    @property
    def steps_between_agreements(self) -> int:
        """After how many steps ranks ask one another whether to stop.

        Counted, since ranks that ask by the clock ask at different moments and hang.
        """
        is_cheap = self.device.type == "cpu"
        return 1 if is_cheap else STEPS_BETWEEN_AGREEMENTS_ON_CARDS

    def use_precision(self, precision: str) -> None:
        """Compute with this many bits from now on: float32, float16 or bfloat16."""
        self.precision = precision
        self.scaler = torch.amp.GradScaler(
            "cuda" if self.device.type == "cuda" else "cpu", enabled=precision == "float16"
        )

    def use_threads(self, threads: int) -> None:
        """Compute with this many threads from now on."""
        self.threads = threads
        torch.set_num_threads(threads)

    def autocast(self) -> AbstractContextManager[Any]:
        """Within it, matrix products use the chosen precision."""
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=DTYPES[self.precision])

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network to the device, in the memory order that convolutions like best.

        On graphics cards batch normalisation then sees the batch of all ranks. On CPUs it keeps the statistics of
        rank 0, since exchanging them at every layer costs more than the layer.
        """
        if self.world_size > 1 and self.device.type == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
        return network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def wrap(self, network: nn.Module) -> nn.Module:
        """A network whose gradients are averaged over all ranks; the bare one stays what it was."""
        has_gradients = any(parameter.requires_grad for parameter in network.parameters())
        if self.world_size == 1 or not has_gradients:
            return network
        return DistributedDataParallel(network)

    @contextmanager
    def unsynced_autocast(self, wrapped: nn.Module) -> Iterator[None]:
        """`autocast`, and gradients are only summed up here: for all but the last batch of an accumulated group."""
        unsynced = wrapped.no_sync() if isinstance(wrapped, DistributedDataParallel) else nullcontext()
        with self.autocast(), unsynced:
            yield

    def agree(self, *claims: bool) -> tuple[bool, ...]:
        """For each claim, whether any rank makes it. Every rank must ask at the same place."""
        if self.world_size == 1:
            return claims
        flags = torch.tensor(claims, dtype=torch.int32)
        dist.all_reduce(flags, op=dist.ReduceOp.MAX)
        return tuple(bool(flag) for flag in flags.tolist())

    def gather(self, value: T) -> list[T]:
        """Every rank's value, in order, on every rank."""
        if self.world_size == 1:
            return [value]
        values: list[Any] = [None] * self.world_size
        dist.all_gather_object(values, value)
        return values

    def from_first(self, make: Callable[[], T]) -> T:
        """Have rank 0 do something, and give its result to all; its `UserError` is everyone's.

        Args:
            make: what rank 0 does; the result must be picklable.
        """
        if self.world_size == 1:
            return make()
        parcel: list[Any] = [None, None]
        if self.is_first:
            try:
                parcel[0] = make()
            except UserError as error:
                parcel[1] = error
        dist.broadcast_object_list(parcel, src=0)
        if parcel[1] is not None:
            raise parcel[1]
        result: T = parcel[0]
        return result

    def share_buffers(self, network: nn.Module) -> None:
        """Give all ranks the statistics that rank 0 has gathered, so that they judge with the same network."""
        if self.world_size == 1:
            return
        for buffer in network.buffers():
            dist.broadcast(buffer, src=0)

    def free_memory(self) -> None:
        """Give back what the device keeps in reserve."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def describe(self) -> str:
        """The device in words, such as `CPU, 2 threads`."""
        if self.device.type == "cuda":
            name = torch.cuda.get_device_name(self.device)
            return name if self.world_size == 1 else f"{self.world_size} × {name}"
        if self.device.type == "mps":
            return "Apple graphics"
        return f"CPU, {self.threads} {'thread' if self.threads == 1 else 'threads'}" + (
            f" in each of {self.world_size} processes" if self.world_size > 1 else ""
        )


@contextmanager
def open_ranks(hardware: HardwareSettings, seat: Seat) -> Iterator[Ranks]:
    """Meet the other ranks, if there are any, and choose device and threads.

    Alone; spawned, when the seat names a rendezvous; or under torchrun, which says so in the environment.

    Raises:
        ConfigError: the settings ask for a device that is not there.
    """
    rank, world_size, local_rank, local_size = _place_in(seat)
    device = choose_device(hardware.device, local_rank, local_size, world_size)
    threads = hardware.threads or choose_threads(local_size, workers=0)
    torch.set_num_threads(threads)
    keep_freed_memory()
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.benchmark = True
    if world_size > 1:
        _meet(seat, rank, world_size, device)
    try:
        yield Ranks(rank=rank, world_size=world_size, local_size=local_size, device=device, threads=threads)
    finally:
        if world_size > 1:
            dist.destroy_process_group()


def is_under_torchrun() -> bool:
    """Whether torchrun started this process, as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


def choose_device(wish: str, local_rank: int, local_size: int, world_size: int) -> torch.device:
    """The device for a rank.

    Args:
        wish: auto, cpu, cuda or mps.
        local_rank: number of the rank on its machine.
        local_size: how many there are on it.
        world_size: how many there are in all.

    Raises:
        ConfigError: what is wished for is not there.
    """
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    has_mps = torch.backends.mps.is_available()
    if wish == "auto":
        wish = "cuda" if cards else "mps" if has_mps and world_size == 1 else "cpu"
    if wish == "cuda":
        if not cards:
            raise ConfigError("hardware.device: cuda, but no graphics card is usable here; choose auto or cpu")
        if local_size > cards:
            raise ConfigError(
                f"hardware.processes: {local_size} on a machine with {cards} graphics card{'s' * (cards > 1)};"
                f" use at most {cards}, or hardware.device cpu"
            )
        return torch.device("cuda", local_rank)
    if wish == "mps":
        if not has_mps:
            raise ConfigError("hardware.device: mps, but this is no Mac with Apple graphics; choose auto or cpu")
        if world_size > 1:
            raise ConfigError("hardware.processes: Apple graphics train in one process; set it to 1")
    return torch.device(wish)


def choose_threads(local_size: int, *, workers: int) -> int:
    """Threads for one rank: more than free cores and OpenMP waits, which has made training six times slower.

    Args:
        local_size: ranks on this machine.
        workers: loader workers of all of them together.
    """
    fair = max(1, (usable_cores() - workers) // local_size)
    wished = os.environ.get("OMP_NUM_THREADS", "")
    return min(fair, int(wished)) if wished.isdecimal() and int(wished) else fair


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_precision(wish: str, device: torch.device) -> None:
    """Refuse a precision that the device has not.

    Raises:
        ConfigError: with the ones that it has.
    """
    known = {
        "cpu": ("auto", "float32", "bfloat16"),
        "cuda": ("auto", "float32", "float16", "bfloat16"),
        "mps": ("auto", "float32"),
    }[device.type]
    if wish not in known:
        raise ConfigError(f"hardware.precision: {wish} does not train on {device.type}; choose {' or '.join(known)}")


def _place_in(seat: Seat) -> tuple[int, int, int, int]:
    if seat.world_size > 1:
        return seat.rank, seat.world_size, seat.rank, seat.world_size
    if is_under_torchrun():
        numbers = [int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")]
        return numbers[0], numbers[1], numbers[2], numbers[3]
    return 0, 1, 0, 1


def _meet(seat: Seat, rank: int, world_size: int, device: torch.device) -> None:
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    if seat.world_size == 1:
        dist.init_process_group(backend, init_method="env://", timeout=PATIENCE)
        return
    # All on this machine: without a hint gloo looks the machine's own name up, which fails where DNS does not know it.
    loopback = [name for _, name in socket.if_nameindex() if name.startswith("lo")] if os.name == "posix" else []
    if loopback:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback[0])
    dist.init_process_group(backend, init_method=seat.rendezvous, rank=rank, world_size=world_size, timeout=PATIENCE)
