"""What a bundle brings for whoever looks after the machine: licences, details, the log."""

from __future__ import annotations

import sys

from tests.bundle.place import Place
from tests.bundle.steps import step

_SHIPPED = ("Spotless Studio", "Python", "Qt and PySide6", "PyTorch", "OpenCV", "Inter", "Lucide", "EfficientNet-Lite0")
_TEXTS = ("GNU LESSER GENERAL PUBLIC LICENSE", "How to replace them", "SIL OPEN FONT LICENSE", "ISC License")


@step("licences")
def lists_licences(place: Place) -> str:
    """Every part is listed, and has its text."""
    listed = place.studio("licences", "--list")
    missing = [name for name in _SHIPPED if name not in listed]
    assert not missing, f"not listed: {', '.join(missing)}"
    if sys.platform.startswith("linux"):
        assert "(library of the system)" in listed, "no library of the system is listed"
    text = place.studio("licences")
    missing = [words for words in _TEXTS if words.lower() not in text.lower()]
    assert not missing, f"without {', '.join(missing)}"
    return f"{len(listed.splitlines())} parts, {len(text) / 1e6:.1f} million letters"


@step("about")
def tells_about_itself(place: Place) -> str:
    """It says what to send along with a question, and the log has what was done so far."""
    said = place.studio("about")
    for expected in (", bundle", "torch ", f"Log: {place.log}", f"Workspace: {place.workspace}", "INFO begins: "):
        assert expected in said, f"without {expected}:\n{said}"
    entries = (place.log / "studio.log").read_text("utf-8").splitlines()
    return f"{len(entries)} lines in the log"
