"""The scans with known text, and which of them tuning may look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "corpora"

# Documents, never single pages, are set apart: pages of one share typewriter and names.
TUNED_ON = ("EHRI-DR-19390125", "EHRI-BF-193807", "EHRI-BF-193808", "old-books/a", "old-books/b")
TUNED_ON += ("old-books/c", "219945")


@dataclass(frozen=True, slots=True)
class Item:
    """A page, or the pages of a facsimile, with the true text.

    Attributes:
        name: corpus and document.
        tuned_on: the tool may have been adjusted to it.
    """

    name: str
    corpus: str
    scan: Path
    text: str
    tuned_on: bool


def items() -> Iterator[Item]:
    """Every scan that is at hand; those of `shared/` only where that is present."""
    for scan in sorted((ROOT / "scans").glob("219945*")):
        if scan.is_dir():
            yield _item("facsimile", scan, _of_facsimile())
    for scan in sorted(SHARED.glob("ehri-english/*.jpg")):
        yield _item("ehri-english", scan, _of_alto(scan.with_suffix(".xml")))
    for scan in sorted(SHARED.glob("fondue-dracula/*.png")):
        yield _item("fondue-dracula", scan, _of_alto(scan.with_suffix(".xml")))
    for scan in sorted(SHARED.glob("old-books/*.tiff")):
        text = scan.with_suffix("").with_suffix(".gt.txt").read_text(encoding="utf-8")
        yield _item("old-books", scan, text)


def _item(corpus: str, scan: Path, text: str) -> Item:
    name = f"{corpus}/{scan.stem}"
    return Item(name, corpus, scan, text, any(part in name for part in TUNED_ON))


def _of_alto(path: Path) -> str:
    """The lines of an ALTO file, in its order."""
    return "\n".join(map(unescape, re.findall(r'CONTENT="([^"]*)"', path.read_text("utf-8"))))


def _of_facsimile() -> str:
    """The published transcript with its known errors put right."""
    text = (ROOT / "transcripts/219945.txt").read_text(encoding="utf-8")
    text = re.sub(r"□ |\[sic\] |\[redacted\] |(?<=\n)- ", "", text)
    text = text.replace("some liaison", "some close liaison")
    text = text.replace("TOP SECRET", "~~TOP SECRET~~")
    return text.replace("Copy to General Deane", "~~copy to General Deane~~")
