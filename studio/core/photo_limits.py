"""How large a photo may be, and may claim to be."""

from __future__ import annotations

LIMIT_BYTES = 1 << 30
LIMIT_MEGAPIXELS = 200
_JPEG_PIXELS_OF_A_BYTE = 512
"""Each block of 8 by 8 pixels takes at least one bit."""


def is_too_large(width: int, height: int) -> bool:
    """Whether a picture of so many pixels is refused."""
    return width * height > LIMIT_MEGAPIXELS * 1_000_000


def is_jpeg_cut_off(width: int, height: int, size_bytes: int) -> bool:
    """Whether a JPEG has too few bytes for the size in its header.

    Decoders fill what is not there with grey, and take minutes and half a gigabyte for it.

    Args:
        width, height: as the header says, px.
        size_bytes: of the whole file.
    """
    return width * height > _JPEG_PIXELS_OF_A_BYTE * size_bytes
