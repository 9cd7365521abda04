"""What helping processes are asked to do in tests; they find it by name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from studio.core.errors import UserError


def square(number: int) -> int:
    return number * number


def square_or_die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def refuse(number: int) -> int:
    raise UserError(f"{number}: is refused")


def fail(number: int) -> int:
    return number // 0


def tell_and_sleep(file: str) -> None:
    """Say who works, then work for ever."""
    with open(file, "w") as stream:
        stream.write(str(os.getpid()))
    time.sleep(1000)


def hold_a_pool(folder: str) -> None:
    """Be a starter that is killed while its helpers work."""
    from studio.core.children import never
    from studio.data.pool import spread

    files = [os.path.join(folder, f"{number}.txt") for number in range(2)]
    list(spread(tell_and_sleep, files, workers=2, should_stop=never))


def paint_and_die(folder: str) -> None:
    """Paint a dataset, and be killed when everything is in its new place but the manifest."""
    from studio.core.children import never
    from studio.core.sections import DirtSettings
    from studio.data.manifest import Manifest
    from studio.data.synthesis_job import paint_dataset
    from tests.data.pictures import silent

    replace = os.replace

    def die(source: str, target: str) -> None:
        if os.path.dirname(target) == folder and os.path.basename(target) == "manifest.json":
            os._exit(9)
        replace(source, target)

    os.replace = die  # type: ignore[assignment]
    dirt = DirtSettings(ratio=1, size_px=64, seed=4)
    paint_dataset(Manifest.load(Path(folder)), dirt, emit=silent, should_stop=never)
