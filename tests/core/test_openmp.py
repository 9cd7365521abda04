"""Tests of studio.core.openmp: who waits for whom, and how."""

from __future__ import annotations

import subprocess
import sys

from studio.core.openmp import SPINS, yield_to_others


def test_threads_wait_briefly_unless_somebody_chose_otherwise() -> None:
    untouched: dict[str, str] = {}
    yield_to_others(untouched)
    assert untouched == {"GOMP_SPINCOUNT": str(SPINS)}

    for chosen in ({"OMP_WAIT_POLICY": "active"}, {"GOMP_SPINCOUNT": "7"}):
        environment = dict(chosen)
        yield_to_others(environment)
        assert environment == chosen


def test_the_program_chooses_before_torch_is_loaded() -> None:
    told = (
        "import os, sys\n"
        "os.environ.pop('GOMP_SPINCOUNT', None)\n"
        "from studio.cli import main\n"
        "try:\n"
        "    main(['--version'])\n"
        "finally:\n"
        "    print('torch' in sys.modules, os.environ['GOMP_SPINCOUNT'])\n"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split()[-2:] == ["False", str(SPINS)]
