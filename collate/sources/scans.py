"""Files of scans → pages, and the pixels of a page."""

from __future__ import annotations

import hashlib
import re
import struct
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from collate.errors import ScanError
from collate.model import Page

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".jp2", ".pnm", ".pgm"}
)
MOST_PIXELS = 150_000_000  # a newspaper page at 600 DPI has about 120 million
LEAST_SIDE = 32  # pixels; nothing smaller holds a word
LONGEST = 50  # times as long as wide; more is no page

_SUBFILE, _ORIENTATION = 0x00FE, 0x0112  # tags of TIFF and EXIF

# What Pillow raises for a file that is damaged, by format and place of the damage.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)

# The limit above stands in for Pillow's own, which would warn long before it.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def load(sources: Sequence[Path]) -> tuple[Page, ...]:
    """Name every page image in `sources`, in order.

    Args:
        sources: image files, or folders whose image files are taken in natural
            order (`page-2` before `page-10`). A TIFF of several images gives a
            page for each.

    Raises:
        ScanError: a source that is missing, empty, too large, too small, or no image.
    """
    pages: list[Page] = []
    for path in (file for source in sources for file in _files(source)):
        sha256 = _sha256(path)
        for frame, width, height, dpi in _frames(path):
            _check_size(path, width, height)
            pages.append(Page(len(pages) + 1, path, frame, width, height, dpi, sha256))
    if not pages:
        raise ScanError("No scan was given.", "Name a page image or a folder of them.")
    return tuple(pages)


def pixels(page: Page) -> NDArray[np.uint8]:
    """The page as grey values, 0 black to 255 white, shape (height, width).

    Turned as its EXIF orientation says; transparent parts are white paper.

    Raises:
        ScanError: the image data is damaged or cut short.
    """
    try:
        # Given a path, Pillow maps a TIFF that stands on its side with its rows too short.
        with page.path.open("rb") as file, Image.open(file) as image:
            image.seek(page.frame)
            return _grey(ImageOps.exif_transpose(image))
    except _DAMAGE as error:
        raise ScanError(
            f"{page.path}, page {page.number}: the image data is damaged or cut short ({error}).",
            "Copy or download the file again, or leave this page out.",
        ) from error


def natural_order(path: Path) -> list[tuple[int, int | str]]:
    """A sort key that puts `page-2` before `page-10`; no two names have the same."""
    parts = re.split(r"(\d+)", path.name.casefold())
    order = [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]
    return [*order, (-1, path.name)]


def _files(source: Path) -> list[Path]:
    try:
        if not source.exists():
            raise ScanError(f"{source}: there is no such file or folder.", "Check the path.")
        if not source.is_dir():
            return [source]
        found = [
            file
            for file in source.iterdir()
            if file.suffix.lower() in SUFFIXES and file.is_file() and not file.name.startswith(".")
        ]
    except OSError as error:
        raise _unreadable(source, error) from error
    if not found:
        raise ScanError(
            f"{source}: the folder holds no page images.",
            f"Give a folder with {', '.join(sorted(SUFFIXES))} files, or name the files.",
        )
    return sorted(found, key=natural_order)


def _frames(path: Path) -> list[tuple[int, int, int, float | None]]:
    """Number, width, height and resolution of each page in a file.

    Only a TIFF holds several pages; what other files hold besides their first
    image is a preview or an animation.
    """
    try:
        with Image.open(path) as image:
            frames = []
            is_tiff = image.format == "TIFF"
            for number in range(getattr(image, "n_frames", 1) if is_tiff else 1):
                image.seek(number)
                if is_tiff and number and image.getexif().get(_SUBFILE, 0) & 1:
                    continue  # a preview of the page before it
                width, height = image.size
                # Pillow turns a TIFF by itself, other files it leaves on their side.
                if not is_tiff and image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8):
                    width, height = height, width
                frames.append((number, width, height, _dpi(image)))
            return frames
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    except UnidentifiedImageError as error:
        raise _no_image(path) from error
    except _DAMAGE as error:
        raise ScanError(
            f"{path}: the file is damaged or cut short ({error}).",
            "Copy or download the file again, or leave it out.",
        ) from error


def _dpi(image: Image.Image) -> float | None:
    stated = image.info.get("dpi")
    try:
        dpi = float(stated[0])  # type: ignore[index]
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return dpi if 70 <= dpi <= 2400 else None


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(path, f"{width} × {height} pixels, ")
    if min(width, height) < LEAST_SIDE:
        raise ScanError(
            f"{path}: the image is {width} × {height} pixels, too small to hold a word.",
            "Give the full-size scan.",
        )
    if max(width, height) > LONGEST * min(width, height):
        raise ScanError(
            f"{path}: the image is {width} × {height} pixels, which is no shape of a page.",
            "Cut it into pages.",
        )


def _too_large(path: Path, size: str = "") -> ScanError:
    return ScanError(
        f"{path}: the image is too large ({size}more than {MOST_PIXELS // 10**6} million pixels).",
        "Scale it down to 300 or 400 DPI, or cut it into pages.",
    )


def _no_image(path: Path) -> ScanError:
    with path.open("rb") as file:
        start = file.read(5)
    if start == b"%PDF-":
        return ScanError(
            f"{path}: the file is a PDF, not an image.",
            "Make an image of each of its pages: "
            f"pdftoppm -r 300 -gray -png {path.name} {path.stem}.",
        )
    return ScanError(
        f"{path}: the file {'is not an image that can be read' if start else 'is empty'}.",
        "Give a page image such as PNG, JPEG or TIFF; copy it again if it should be one.",
    )


def _unreadable(path: Path, error: OSError) -> ScanError:
    return ScanError(
        f"{path} cannot be read ({error.strerror}).", "Check its name and your rights to it."
    )


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits
        values = np.asarray(image, dtype=np.float32)
        most = values.max(initial=0)
        top = 65535.0 if most > 255 else 1.0 if image.mode == "F" and most <= 1 else 255.0
        return (values.clip(0, top) * (255.0 / top)).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return np.asarray(image.convert("L"))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
