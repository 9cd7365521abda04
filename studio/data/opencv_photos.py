"""Photos read by OpenCV alone, as the file beside an exported model reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.decode import Decoded
from studio.dirt import cv

JPEG = b"\xff\xd8"
_SIZELESS = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class UnreadablePhotoError(ValueError):
    """OpenCV cannot read this file as a photo."""


def read_bytes(file: Path | str) -> bytes:
    """The content of a file.

    Raises:
        UnreadablePhotoError: it cannot be opened.
    """
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UnreadablePhotoError(f"{file}: cannot be opened ({error.strerror or error})") from None


def decode_photo(data: bytes, file: Path | str, *, longest_px: int | None = None) -> Decoded:
    """Decode a photo as the studio does: upright, 8-bit RGB, over white.

    Args:
        data: the content of the file.
        file: its name, for the error's sentence.
        longest_px: how many pixels of the longest side are enough; a JPEG is then decoded at a half, a quarter or an
            eighth where that still leaves as many.

    Raises:
        UnreadablePhotoError: OpenCV knows no such picture; HEIC is one of these.
    """
    buffer = np.frombuffer(data, np.uint8)
    if data.startswith(JPEG):
        return _of_jpeg(buffer, *_jpeg_size(data, file), file, longest_px)
    image = cv.imdecode(buffer, cv.IMREAD_UNCHANGED) if len(buffer) else None
    if image is None:
        raise UnreadablePhotoError(f"{file}: is no picture that OpenCV can read; save it as JPEG or PNG")
    if image.dtype == np.uint8 and (image.ndim == 2 or image.shape[2] == 3):
        image = cv.imdecode(buffer, cv.IMREAD_COLOR)  # turned as the file asks
    image_HW3 = _rgb(image)
    return Decoded(image_HW3=image_HW3, height=image_HW3.shape[0], width=image_HW3.shape[1])


def _of_jpeg(buffer: NDArray[np.uint8], height: int, width: int, file: Path | str, longest_px: int | None) -> Decoded:
    shrunk = 1
    if longest_px is not None:
        scale = longest_px / max(width, height)
        spare = min(width // max(1, int(width * scale)), height // max(1, int(height * scale)))
        shrunk = next((one for one in (8, 4, 2) if spare >= one), 1)
    reduced = {2: cv.IMREAD_REDUCED_COLOR_2, 4: cv.IMREAD_REDUCED_COLOR_4, 8: cv.IMREAD_REDUCED_COLOR_8}
    image = cv.imdecode(buffer, reduced.get(shrunk, cv.IMREAD_COLOR))
    if image is None:
        raise UnreadablePhotoError(f"{file}: is cut off or damaged")
    # OpenCV has turned it as the camera was held; its proportions tell whether on its side.
    is_sideways = image.shape[:2] != (-(-height // shrunk), -(-width // shrunk))
    upright = (width, height) if is_sideways else (height, width)
    return Decoded(image_HW3=_rgb(image), height=upright[0], width=upright[1])


def _jpeg_size(data: bytes, file: Path | str) -> tuple[int, int]:
    """Height and width that a JPEG's header names, px."""
    place = 2
    while place + 9 <= len(data):
        if data[place] != 0xFF:
            place += 1
            continue
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = (int.from_bytes(data[at : at + 2], "big") for at in (place + 5, place + 7))
            if height and width:
                return height, width
            break
        if marker == 0xFF:  # padding before a marker
            place += 1
        else:
            place += 2 if marker in _SIZELESS else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise UnreadablePhotoError(f"{file}: is cut off or damaged")


def _rgb(image: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    """What OpenCV has read, as 8-bit RGB over white."""
    if image.dtype != np.uint8:
        # 12 bits come in 16-bit files, so the depth is what the content uses.
        highest = int(image.max(initial=0))
        top = next(2**bits - 1 for bits in (8, 10, 12, 14, 16, 64) if highest < 2**bits)
        image = np.clip((image.astype(np.float64) * (255 / top)).round(), 0, 255).astype(np.uint8)
    if image.ndim == 2:
        rgb_HW3: NDArray[np.uint8] = cv.cvtColor(image, cv.COLOR_GRAY2RGB)
        return rgb_HW3
    if image.shape[2] == 4:
        alpha_HW1 = image[..., 3:].astype(np.float32) / 255
        image = (image[..., :3] * alpha_HW1 + 255 * (1 - alpha_HW1) + 0.5).astype(np.uint8)
    rgb_HW3 = cv.cvtColor(image, cv.COLOR_BGR2RGB)
    return rgb_HW3
