"""Files of scans → pages, and the pixels of a page."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from collate.errors import ScanError
from collate.model import Page

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".jp2", ".pnm", ".pgm"}
)
MOST_PIXELS = 150_000_000  # a newspaper page at 600 DPI has about 120 million
LEAST_SIDE = 32  # pixels; nothing smaller holds a word

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
        for frame, (width, height, dpi) in enumerate(_frames(path)):
            _check_size(path, width, height)
            pages.append(Page(len(pages) + 1, path, frame, width, height, dpi, _sha256(path)))
    return tuple(pages)


def pixels(page: Page) -> NDArray[np.uint8]:
    """The page as grey values, 0 black to 255 white, shape (height, width).

    Turned as its EXIF orientation says; transparent parts are white paper.

    Raises:
        ScanError: the image data is damaged or cut short.
    """
    try:
        with Image.open(page.path) as image:
            image.seek(page.frame)
            return _grey(ImageOps.exif_transpose(image))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ScanError(
            f"{page.path}, page {page.number}: the image data is damaged or cut short ({error}).",
            "Copy or download the file again, or leave this page out.",
        ) from error


def natural_order(path: Path) -> list[tuple[int, int | str]]:
    """A sort key that puts `page-2` before `page-10`."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]


def _files(source: Path) -> list[Path]:
    if not source.exists():
        raise ScanError(f"{source}: there is no such file or folder.", "Check the path.")
    if not source.is_dir():
        return [source]
    found = [
        file
        for file in source.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")
    ]
    if not found:
        raise ScanError(
            f"{source}: the folder holds no page images.",
            f"Give a folder with {', '.join(sorted(SUFFIXES))} files, or name the files.",
        )
    return sorted(found, key=natural_order)


def _frames(path: Path) -> list[tuple[int, int, float | None]]:
    """Width, height and resolution of each image in a file."""
    try:
        with Image.open(path) as image:
            frames = []
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                width, height = image.size
                if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # stored on its side
                    width, height = height, width
                frames.append((width, height, _dpi(image)))
            return frames
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        size = path.stat().st_size if path.exists() else 0
        problem = "is empty" if size == 0 else f"is not an image that can be read ({error})"
        raise ScanError(
            f"{path}: the file {problem}.",
            "Give a page image such as PNG, JPEG or TIFF; copy it again if it should be one.",
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


def _too_large(path: Path, size: str = "") -> ScanError:
    return ScanError(
        f"{path}: the image is too large ({size}more than {MOST_PIXELS // 10**6} million pixels).",
        "Scale it down to 300 or 400 DPI, or cut it into pages.",
    )


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits
        values = np.asarray(image, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return (values.clip(0, top) * (255.0 / top)).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return np.asarray(image.convert("L"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
