"""The studio that needs no spare room on its disks: `python -m tests.faults._roomless WORDS...`.

It leaves a gigabyte free when it caches pixels, more than a small disk of a trial has; only without that does a cache
ever meet the end of a disk.
"""

from __future__ import annotations

import sys

from studio.cli import main
from studio.data import cache, synthesis_job

cache._SPARE_BYTES = 0
synthesis_job._BYTES_PER_PIXEL = 0.0

if __name__ == "__main__":
    sys.exit(main())
