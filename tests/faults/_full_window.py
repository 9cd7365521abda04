"""A window whose disk runs full while it works: `python -m tests.faults._full_window DISK PHOTOS LEFT`.

Prints how each import ended; leaves by its own way.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from studio.core.events import JobEnded
from studio.core.requests import ImportRequest
from studio.ui.app import open_window
from studio.ui.dataset_intake import IMPORT_TARGET
from studio.ui.main_window import MainWindow
from tests.faults._disks import SmallDisk
from tests.waiting import wait

_LOOK_MS = 20
_MOST_LOOKS = 6000


def main() -> int:
    """Import with no room, then with room; the exit code says whether both ended as they should."""
    disk, photos, left = SmallDisk(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])
    window = open_window(disk.folder / "workspace")
    disk.fill(leave=left)
    first = _imported(window, photos)
    print(f"{first.outcome}: {first.cause or 'had room enough'}")
    said = window.message_bar.text if window.message_bar.isVisible() else ""
    if first.outcome != "done" and str(disk.folder) not in said:
        print(f"the message bar says {said!r}")
        return 1
    disk.free()
    second = _imported(window, photos)
    print(f"{second.outcome}: {second.cause}")
    dataset = window.session.dataset
    window.close()
    QApplication.processEvents()
    return 0 if second.outcome == "done" and dataset is not None and dataset.samples else 1


def _imported(window: MainWindow, photos: Path) -> JobEnded:
    ends: list[JobEnded] = []
    session = window.session
    session.job_ended.connect(lambda job, ending: ends.append(ending))
    folder = session.dataset.folder if session.dataset is not None else session.new_dataset_folder("dishes")
    request = ImportRequest(paths=(str(photos),), name="dishes", is_addition=False)
    assert session.start_job(IMPORT_TARGET, request, folder, kind="import", title="Importing")
    for _ in range(_MOST_LOOKS):
        wait(_LOOK_MS)
        if ends and (ends[0].outcome != "done" or session.dataset is not None):
            return ends[0]
    raise AssertionError("the import did not end")


if __name__ == "__main__":
    sys.exit(main())
