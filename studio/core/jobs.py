"""Run a job in spawned processes: hear it, stop it, say how it ended.

A job is a plain function `job(config, folder, *, seat, emit, should_stop)`, named as `"package.module:function"` so
that whoever starts it need not import what it needs. Each rank has two pipes of its own, since a queue that a killed
child was writing to can stay locked for ever: one carries its events up, the other carries `stop` down and tells
the child by its end of file that the starter is gone.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from studio.core.children import ALONE as ALONE
from studio.core.children import Emit as Emit
from studio.core.children import Job as Job
from studio.core.children import Seat as Seat
from studio.core.children import ShouldStop as ShouldStop
from studio.core.children import kill_tree, run_job
from studio.core.children import load_target as load_target
from studio.core.children import never as never
from studio.core.events import Event, JobEnded
from studio.core.scratch import Scratch
from studio.core.spares import Spare as Spare

STOP_GRACE_S = 60.0  # a slow batch on an old laptop may take this long; a second press does not wait
NEIGHBOUR_GRACE_S = 3.0  # what the other ranks get to end by themselves once one has died


@dataclass
class _Rank:
    process: BaseProcess
    events: Connection
    lifeline: Connection
    log: Path
    is_open: bool = True
    ending: JobEnded | None = None
    ended_at: float = field(default=float("inf"))


class RunningJob:
    """A job in its own processes.

    Made by `start`. One thread iterates `events`; any thread may call `request_stop` and `kill`.
    """

    def __init__(self, target: str, config: Any, folder: Path, *, ranks: int, spare: Spare | None) -> None:
        """Spawn the processes; see `start`."""
        self.target = target
        self.folder = folder
        self._lock = threading.Lock()
        self._stop_deadline = float("inf")
        self._is_stopping = False
        self._is_killed = False
        self._scratch = Scratch("job")
        self._meeting = self._scratch.path
        self._woken, self._waker = multiprocessing.Pipe(duplex=False)
        self._ranks: list[_Rank] = []
        if spare is not None and not spare.is_alive:
            spare.close()
            spare = None
        rendezvous = (self._meeting / "rendezvous").as_uri() if ranks > 1 else ""
        try:
            for number in range(ranks):
                seat = Seat(rank=number, world_size=ranks, rendezvous=rendezvous)
                begin = self._spawn if spare is None or number > 0 else partial(self._order, spare)
                self._ranks.append(begin(target, config, folder, seat))
        except BaseException:
            self.kill()
            self._clean_up()
            raise

    def _spawn(self, target: str, config: Any, folder: Path, seat: Seat) -> _Rank:
        context = multiprocessing.get_context("spawn")  # the only way that is the same on every system
        heard, events = context.Pipe(duplex=False)
        lifeline, ours = context.Pipe(duplex=False)
        log = self._meeting / f"rank{seat.rank}.log"
        process = context.Process(
            target=run_job,
            args=(target, config, folder, seat, events, lifeline, str(log)),
            name=f"{target.rpartition(':')[2]}-{seat.rank}",
            daemon=False,  # a daemon may not have loader workers
        )
        process.start()
        # Without these, end of file never comes.
        events.close()
        lifeline.close()
        return _Rank(process=process, events=heard, lifeline=ours, log=log)

    def _order(self, spare: Spare, target: str, config: Any, folder: Path, seat: Seat) -> _Rank:
        log = self._meeting / f"rank{seat.rank}.log"
        _send_quietly(spare.lifeline, (target, config, folder, seat, str(log)))
        return _Rank(process=spare.process, events=spare.events, lifeline=spare.lifeline, log=log)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Process ids of the ranks."""
        return tuple(rank.process.pid or 0 for rank in self._ranks)

    @property
    def is_stopping(self) -> bool:
        """Whether someone has asked it to stop."""
        return self._is_stopping

    def events(self) -> Iterator[Event]:
        """Everything that rank 0 says, as it says it, and `JobEnded` last.

        Blocks between events. Ends when every process has ended; none is left behind.
        """
        try:
            while any(rank.is_open for rank in self._ranks):
                yield from self._next_events()
            for rank in self._ranks:
                rank.process.join()
            yield self._ending()
        finally:
            self.kill() if any(rank.process.is_alive() for rank in self._ranks) else None
            self._clean_up()

    def request_stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """Ask every rank to stop at the next good moment; the second call, or the end of the grace time, kills."""
        with self._lock:
            is_second = self._is_stopping
            self._is_stopping = True
            if not is_second:
                self._stop_deadline = time.monotonic() + grace_s
                for rank in self._ranks:
                    _send_quietly(rank.lifeline, "stop")
        if is_second:
            self.kill()
        else:
            _send_quietly(self._waker, "look at the deadline")

    def kill(self) -> None:
        """End every process of the job and their children at once."""
        self._is_killed = True
        for rank in self._ranks:
            kill_tree(rank.process.pid)

    def _next_events(self) -> Iterator[Event]:
        open_ranks = {rank.events: rank for rank in self._ranks if rank.is_open}
        for ready in wait([*open_ranks, self._woken], timeout=self._patience()):
            if ready is self._woken:
                self._woken.recv()
                continue
            rank = open_ranks[ready]  # type: ignore[index]
            message = _receive(rank.events)
            if message is None:
                self._close(rank)
            elif isinstance(message, JobEnded):
                rank.ending = message
            elif rank is self._ranks[0]:
                yield message
        if self._patience() == 0.0:
            self.kill()

    def _close(self, rank: _Rank) -> None:
        rank.is_open = False
        rank.ended_at = time.monotonic()
        rank.events.close()
        rank.process.join(timeout=STOP_GRACE_S)  # teardown after the last word; the pipe is already closed

    def _patience(self) -> float | None:
        """Seconds until a deadline at which what is left gets killed; None when there is none."""
        troubles = [rank.ended_at for rank in self._ranks if not rank.is_open and _went_wrong(rank)]
        deadline = min(self._stop_deadline, min(troubles, default=float("inf")) + NEIGHBOUR_GRACE_S)
        return None if deadline == float("inf") else max(0.0, deadline - time.monotonic())

    def _ending(self) -> JobEnded:
        codes = tuple(rank.process.exitcode or 0 for rank in self._ranks)
        if all(rank.ending and rank.ending.outcome in ("done", "stopped") for rank in self._ranks):
            first = self._ranks[0].ending
            assert first is not None
            return JobEnded(outcome=first.outcome, exit_codes=codes)
        if self._is_killed and self._is_stopping:
            return JobEnded(outcome="killed", exit_codes=codes, cause="It did not stop in time or was stopped twice.")
        wrong = [rank for rank in self._ranks if _went_wrong(rank)]
        # A rank that says nothing has died; what the others then say of lost connections is noise.
        blamed = min(wrong, key=lambda rank: (rank.ending is not None, rank.ended_at))
        if blamed.ending is None:
            number = self._ranks.index(blamed)
            who = "The process" if len(self._ranks) == 1 else f"Process {number + 1} of {len(self._ranks)}"
            code = blamed.process.exitcode or 0
            return JobEnded(
                outcome="failed", exit_codes=codes, cause=f"{who} {_death(code)}", details=_tail(blamed.log)
            )
        ending = blamed.ending
        return JobEnded(
            outcome=ending.outcome, exit_codes=codes, cause=ending.cause, details=ending.details or _tail(blamed.log)
        )

    def _clean_up(self) -> None:
        for rank in self._ranks:
            rank.process.join()
            rank.lifeline.close()
            rank.events.close()
            rank.process.close()
        self._woken.close()
        self._waker.close()
        self._scratch.close()


def start(target: str, config: Any, folder: Path, *, ranks: int = 1, spare: Spare | None = None) -> RunningJob:
    """Start a job in spawned processes.

    Args:
        target: dotted name such as `studio.learn.train_job:train`.
        config: what the job takes first; a frozen pydantic model that pickle can carry.
        folder: where the job works.
        ranks: number of processes.
        spare: a process that waits for a job and becomes its rank 0; the job ends it. Passed over when it has died.

    Returns:
        the running job; iterate its `events` to the end, or processes are left behind.
    """
    return RunningJob(target, config, folder, ranks=ranks, spare=spare)


def _receive(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except (EOFError, OSError, pickle.UnpicklingError):
        return None  # a torn message: its writer was killed, which is the end of the file


def _send_quietly(pipe: Connection, message: Any) -> None:
    try:
        pipe.send(message)
    except OSError:
        return  # that process has ended, which is what we were about to ask for


def _went_wrong(rank: _Rank) -> bool:
    return rank.ending is None or rank.ending.outcome not in ("done", "stopped")


def _death(code: int) -> str:
    if code >= 0:
        return f"ended without a word (exit code {code})."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        return "was killed (SIGKILL); most often the machine had run out of memory."
    if name == "SIGBUS":
        return "lost a file that it was reading (SIGBUS); its disk or network drive went away, or it was cut short."
    if name in ("SIGSEGV", "SIGABRT", "SIGILL", "SIGFPE"):
        return f"crashed in native code ({name})."
    return f"was ended by {name}."


def _tail(log: Path, lines: int = 40) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
