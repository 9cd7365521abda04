"""How long a thread that shares a computation waits at full speed for the others."""

from __future__ import annotations

from collections.abc import MutableMapping

SPINS = 30_000
"""Some 0.2 to 1.5 milliseconds, by processor; GNU's own number is 300,000.

With 5,000, a processor that spins fast trains 7 % slower alone; from 60,000 on, beside busy programs, at times a third
as fast."""


def yield_to_others(environment: MutableMapping[str, str]) -> None:
    """Let torch's threads give up the processor soon where one of them has to wait for another.

    Each step is thousands of small computations, shared out and waited for. GNU's OpenMP, which torch brings on Linux,
    waits by spinning for milliseconds: beside any other busy program a thread then spins on the very core that the
    one it waits for needs, and training is many times slower. Left alone on the machine it costs nothing
    (`python -m tests.benchmarks.busy`). Takes effect in whatever loads torch afterwards, here or in children.

    Args:
        environment: this process's; changed, unless somebody chose already.
    """
    if "OMP_WAIT_POLICY" not in environment:
        environment.setdefault("GOMP_SPINCOUNT", str(SPINS))
