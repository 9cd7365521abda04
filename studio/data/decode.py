"""From the bytes of a picture file to upright 8-bit RGB."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from studio.core.photo_limits import LIMIT_MEGAPIXELS, is_jpeg_cut_off, is_too_large

# Nothing that runs programs (EPS) or that is no photo (icons, fonts) is tried on a stranger's file.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF", "GIF", "HEIF", "AVIF", "PPM", "JPEG2000")

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
_ORIENTATION = 0x0112
_WHOLE_NUMBERS = ("I", "I;16", "I;16L", "I;16B", "I;16N")
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_PLUGINS = re.compile(r"(PIL|pi_heif)(\.|$)")


class DecodeError(ValueError):
    """These bytes are no picture that can be shown; the text says why, for the file's owner."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A picture as it was meant to be seen.

    Attributes:
        image_HW3: uint8 RGB, upright; perhaps smaller than the file's own size.
        height, width: of the whole upright picture, px.
    """

    image_HW3: NDArray[np.uint8]
    height: int
    width: int


def decode(data: bytes, *, longest_px: int | None = None) -> Decoded:
    """Decode a picture file.

    Args:
        data: the whole file.
        longest_px: how many pixels of the longest side are enough; a JPEG is then decoded at a half, a quarter or
            an eighth where that still leaves as many, which is several times faster.

    Raises:
        DecodeError: not a picture, cut off, damaged, too large, or of a kind that cannot be read.
    """
    if not data:
        raise DecodeError("is empty")
    _prepare()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return _decoded(picture, longest_px, data)
    except DecodeError:
        raise
    except PIL.UnidentifiedImageError:
        raise DecodeError(_what_else(data)) from None
    except MemoryError:
        raise DecodeError("needs more memory than this machine has free") from None
    except Exception as error:  # decoders of foreign bytes raise anything: struct.error, SyntaxError, KeyError
        raise DecodeError(_said(error)) from error


def decoder_version() -> str:
    """Names what decides the decoded pixels, to the version: part of what cached pixels are kept by."""
    import pi_heif
    from PIL import features

    return f"Pillow {PIL.__version__}, jpeg {features.version('jpg')}, heif {pi_heif.__version__}"


def _decoded(picture: Image.Image, longest_px: int | None, data: bytes) -> Decoded:
    width, height = picture.size
    if is_too_large(width, height):
        raise DecodeError(
            f"has {width * height / 1e6:,.0f} megapixels; more than {LIMIT_MEGAPIXELS} are refused, make it smaller"
        )
    if width < 1 or height < 1:
        raise DecodeError("has no pixels")
    if picture.format in ("JPEG", "MPO") and is_jpeg_cut_off(width, height, len(data)):
        raise DecodeError(f"is cut off or damaged ({len(data):,} bytes are too few for {width} × {height} px)")
    if longest_px is not None:
        scale = longest_px / max(width, height)
        # JPEG alone does anything here; other formats pass it over.
        picture.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))
    picture.load()
    turn = _orientation(picture, data)
    if picture.format == "TIFF":
        width, height = picture.size  # it turned itself while it loaded, and its tag is gone
    elif turn in _SIDEWAYS:
        width, height = height, width
    rgb = _rgb(picture)
    if turn in _UPRIGHT:
        rgb = rgb.transpose(_UPRIGHT[turn])
    image_HW3: NDArray[np.uint8] = np.array(rgb, np.uint8)
    return Decoded(image_HW3=image_HW3, height=height, width=width)


def _orientation(picture: Image.Image, data: bytes) -> int:
    """How the decoded pixels still have to be turned, as EXIF counts it."""
    if picture.format == "HEIF":
        # The decoder obeys the container's own turn; where a writer left that out, the camera's note is all there is.
        is_turned = any(box in data[: 1 << 16] for box in (b"irot", b"imir"))
        return 1 if is_turned else int(picture.info.get("original_orientation") or 1)
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # a torn EXIF block says nothing about the pixels
        return 1


def _rgb(picture: Image.Image) -> Image.Image:
    """Any mode as RGB; what is see-through shows white."""
    if picture.mode == "RGB":
        return picture
    if picture.mode in _WHOLE_NUMBERS:
        return Image.fromarray(_to_byte(np.asarray(picture).astype(np.int64))).convert("RGB")
    if picture.mode == "F":
        return Image.fromarray(_float_to_byte(np.asarray(picture))).convert("RGB")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, seen).convert("RGB")
    return picture.convert("RGB")


def _to_byte(values_HW: NDArray[np.int64]) -> NDArray[np.uint8]:
    """More than 8 bits as 8: divided by the depth that the content uses, since 12 bits come in 16-bit files.

    Stretching from the darkest to the brightest pixel instead would turn a grey card into noise.
    """
    highest = int(values_HW.max(initial=0))
    depth = next(bits for bits in (8, 10, 12, 14, 16, 64) if highest < 1 << bits)
    top = highest if depth == 64 else (1 << depth) - 1
    return np.clip((values_HW.astype(np.float64) * (255 / top)).round(), 0, 255).astype(np.uint8)


def _float_to_byte(values_HW: NDArray[Any]) -> NDArray[np.uint8]:
    """Floating-point greys as 8 bits: 0..1 when they stay within it, else by their depth."""
    finite = np.nan_to_num(values_HW.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if finite.max(initial=0.0) <= 1.0:
        return np.clip((finite * 255).round(), 0, 255).astype(np.uint8)
    return _to_byte(np.clip(finite, 0, 2**62).astype(np.int64))


def _what_else(data: bytes) -> str:
    """What a file that no decoder knows seems to be."""
    head = data[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<svg")):
        return "is not a picture but a web page or text; download the picture itself"
    if not data.strip(b"\0"):
        return "is not a picture: it holds nothing but zeros"
    if data.startswith(_APPLE_DOUBLE):
        return "is not a picture but what a Mac noted about one; the photo has the same name without the dot before it"
    return "is not a picture, or of a kind that cannot be read"


def _said(error: Exception) -> str:
    text = (str(error).strip().splitlines() or [type(error).__name__])[0]
    is_cut = any(word in text.lower() for word in ("truncated", "not processed", "end of file", "eof", "incomplete"))
    return f"is cut off or damaged ({text})" if is_cut else f"cannot be read as a picture ({text})"


@cache
def _register_heif() -> None:
    import pi_heif

    pi_heif.register_heif_opener()


def _prepare() -> None:
    """Make Pillow know HEIC, leave the size limit to us, and keep its remarks on odd files off the console."""
    _register_heif()
    Image.MAX_IMAGE_PIXELS = None  # its limit warns first and refuses at twice that; ours names the file
    # One filter for good instead of `catch_warnings` around each file, which is not safe with several threads.
    if not any(item[3] is _PLUGINS for item in warnings.filters):
        warnings.filters.insert(0, ("ignore", None, Warning, _PLUGINS, 0))  # type: ignore[attr-defined]
        warnings._filters_mutated()  # type: ignore[attr-defined]
