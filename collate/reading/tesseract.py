"""The external program `tesseract`, run through pytesseract."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from collate.errors import ReaderFailed, ReaderMissing

# Tesseract's own threads slow it down where a page is read on every core.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

PATIENCE = 300  # seconds for one page, and for a hundred lines

_INSTALL = {
    "debian": "sudo apt-get install tesseract-ocr",
    "macos": "brew install tesseract",
    "windows": "winget install UB-Mannheim.TesseractOCR",
}


@dataclass(frozen=True, slots=True)
class RawLetter:
    """A letter and its box (left, top, right, bottom), in pixels of the image given."""

    text: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as Tesseract gives it, in pixels of the image it was given.

    Attributes:
        image: which of the images given, from 0.
        line: which text line of all, from 0.
        box: left, top, right, bottom.
        confidence: 0 to 1.
        baseline: height of the line's foot at a place: `slope * x + offset`.
        letters: its letters; they spell `text`.
    """

    image: int
    line: int
    text: str
    box: tuple[int, int, int, int]
    confidence: float
    baseline: tuple[float, float]
    letters: tuple[RawLetter, ...]


def version() -> str:
    """Tesseract's version.

    Raises:
        ReaderMissing: it is not installed.
        ReaderFailed: it does not say.
    """
    try:
        return str(pytesseract.get_tesseract_version())
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error
    except (subprocess.SubprocessError, UnicodeDecodeError, SystemExit) as error:
        raise _failed("does not tell its version", error) from error


def languages() -> frozenset[str]:
    """The language packs that are installed.

    Raises:
        ReaderMissing: Tesseract is not installed.
        ReaderFailed: it does not say.
    """
    try:
        return frozenset(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error
    except (
        pytesseract.TesseractError,
        OSError,
        UnicodeDecodeError,
        subprocess.SubprocessError,
    ) as error:
        raise _failed("does not tell its languages", error) from error


def require(lang: str) -> None:
    """Make sure that Tesseract and each language of `lang` (as `rus+eng`) are there.

    Raises:
        ReaderMissing: with the command that installs what is missing.
        ReaderFailed: Tesseract does not answer.
    """
    version()
    absent = sorted(set(lang.split("+")) - languages())
    if absent:
        packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in absent)
        raise ReaderMissing(
            f"Tesseract has no language pack for {', '.join(absent) or 'a language without name'}.",
            f"Install it: sudo apt-get install {packages} (Debian, Ubuntu), "
            "brew install tesseract-lang (macOS), or the same choice in the Windows installer.",
        )


def read(
    images: Sequence[NDArray[np.uint8]], *, lang: str, psm: int, dpi: int | None = None
) -> list[RawWord]:
    """Read grey images, all in one process.

    Args:
        images: each of shape (height, width), 0 black to 255 white.
        lang: language packs, joined by `+`.
        psm: Tesseract's page segmentation mode; 3 for a page, 6 for a block, 7 for a line.
        dpi: resolution to tell Tesseract; by default it makes its own guess.

    Raises:
        ReaderMissing: Tesseract is not installed.
        ReaderFailed: it ended with an error, hung, or printed no reading.
    """
    if not images:
        return []
    with tempfile.TemporaryDirectory(prefix="collate-") as folder:
        # BMP needs no compressing; the list makes one process of many images.
        paths = [Path(folder, f"{number}.bmp") for number in range(len(images))]
        for path, image in zip(paths, images, strict=True):
            cv2.imwrite(str(path), image)
        listing = Path(folder, "images.txt")
        listing.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
        source = str(paths[0]) if len(paths) == 1 else str(listing)
        options = f"--psm {psm} -c hocr_char_boxes=1" + (f" --dpi {dpi}" if dpi else "")
        patience = PATIENCE * (1 + len(images) // 100)
        try:
            hocr = pytesseract.image_to_pdf_or_hocr(
                source,
                lang=lang,
                config=options,
                extension="hocr",
                timeout=patience,
            )
            return _words(ElementTree.fromstring(hocr))
        except pytesseract.TesseractNotFoundError as error:
            raise _missing() from error
        except (
            pytesseract.TesseractError,
            RuntimeError,
            OSError,
            ValueError,
            KeyError,
            ElementTree.ParseError,
        ) as error:
            raise _failed("did not read the page", error) from error


def _words(hocr: ElementTree.Element) -> list[RawWord]:
    """The words of an hOCR document, http://kba.github.io/hocr-spec/1.2/."""
    words = []
    line = -1
    for number, page in enumerate(_of_class(hocr, "ocr_page")):
        for part in page.iter():
            if part.get("class") in ("ocr_line", "ocr_caption", "ocr_header", "ocr_textfloat"):
                line += 1
                title = _title(part)
                left, _, _, bottom = _box(title["bbox"])
                slope, offset = (float(value) for value in title.get("baseline", "0 0").split())
                baseline = slope, bottom + offset - slope * left
                for word in _of_class(part, "ocrx_word"):
                    text = "".join(word.itertext()).strip()
                    about = _title(word)
                    letters = tuple(
                        RawLetter((sign.text or "").strip(), _box(_title(sign)["x_bboxes"]))
                        for sign in _of_class(word, "ocrx_cinfo")
                    )
                    text = "".join(letter.text for letter in letters) or text
                    if text:
                        confidence = min(float(about["x_wconf"]), 100.0) / 100
                        box = _box(about["bbox"])
                        words.append(
                            RawWord(number, line, text, box, confidence, baseline, letters)
                        )
    return words


def _of_class(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (part for part in element.iter() if part.get("class") == name)


def _title(element: ElementTree.Element) -> dict[str, str]:
    """The properties that hOCR keeps in a title: `bbox 1 2 3 4; x_wconf 96`."""
    parts = (part.strip().partition(" ") for part in element.get("title", "").split(";"))
    return {name: value for name, _, value in parts}


def _box(numbers: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(value) for value in numbers.split())
    return left, top, right, bottom


def _failed(what: str, error: BaseException) -> ReaderFailed:
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return ReaderFailed(f"Tesseract {what} ({detail}).", "Run `collate doctor` to check it.")


def _missing() -> ReaderMissing:
    return ReaderMissing(
        "Tesseract is not installed, or not on the PATH.",
        "Install it: "
        + ", ".join(f"{command} ({system})" for system, command in _INSTALL.items())
        + "; then run `collate doctor`.",
    )
