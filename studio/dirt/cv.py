"""OpenCV, loaded at the first use of any of its functions.

Listing the kinds of dirt, or reading an outline from a manifest, must not load it: the window never does.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import cv2

    value = getattr(cv2, name)
    # Kept, or each of the thousand calls that paint one dish would come through here again.
    globals()[name] = value
    return value
