"""The values that move through `collate`, from a scan to a report.

Coordinates are pixels of the original image, turned as its EXIF orientation
asks: origin at the top left, x to the right, y down. Pages and lines are numbered from 1.
Offsets into a transcript are code points of the decoded file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in pixels of the original image."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def union(self, other: Box) -> Box:
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)

    def overlap(self, other: Box) -> int:
        """Area common to both, in square pixels."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)

    def within(self, other: Box) -> Box:
        """The part of the box inside another, at least a pixel wide and high."""
        x = min(max(self.x, other.x), other.right - 1)
        y = min(max(self.y, other.y), other.bottom - 1)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(x, y, max(right - x, 1), max(bottom - y, 1))

    def grown(self, by: int, width: int, height: int) -> Box:
        """The box with a margin of `by` pixels, kept inside a page of `width` × `height`."""
        x, y = max(self.x - by, 0), max(self.y - by, 0)
        right, bottom = min(self.right + by, width), min(self.bottom + by, height)
        return Box(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True)
class Page:
    """One page image, named but not loaded: small enough to send to a worker."""

    number: int
    path: Path
    frame: int  # which image of a file that holds several, from 0
    width: int
    height: int
    dpi: float | None  # None: the file does not say, or what it says cannot be true
    sha256: str  # of the file

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a reader saw it on the scan."""

    text: str
    box: Box
    page: int
    line: int  # of the page
    confidence: float  # the reader's own, 0 to 1
    struck: bool = False  # a stroke of ink runs through it


class ZoneKind(StrEnum):
    """What a piece of the page is, beside its running text."""

    STAMP = "stamp"
    LETTERHEAD = "letterhead"
    HEADER = "header"
    FOOTER = "footer"
    PAGE_NUMBER = "page number"
    HANDWRITING = "marginal handwriting"


@dataclass(frozen=True, slots=True)
class InkZone:
    """Ink that no word of the reading accounts for."""

    box: Box
    page: int
    slant: float  # degrees its lines of writing rise against the page's own
    amount: int  # of ink, in square pixels


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the transcript: as printed, and where it stands in the file."""

    text: str
    start: int
    end: int
    line: int
    paragraph: int
    struck: bool = False  # the transcript marks it as struck through


class MarkKind(StrEnum):
    """What an editor's mark says."""

    SIC = "sic"
    REDACTED = "redacted"
    ILLEGIBLE = "illegible"
    UNCERTAIN = "uncertain"
    HANDWRITTEN = "handwritten"
    STRUCK = "struck through"
    BOX = "box"
    BULLET = "bullet"
    NOTE = "note"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark an editor put into the transcript, which is no word of the document."""

    kind: MarkKind
    text: str
    start: int
    end: int
    line: int
    before: int  # index of the first token after the mark


@dataclass(frozen=True, slots=True)
class Transcript:
    """A published transcript, decoded and cut into tokens and marks."""

    path: Path
    sha256: str
    encoding: str
    text: str
    tokens: tuple[Token, ...]
    marks: tuple[Mark, ...]


class DifferenceClass(StrEnum):
    """The classes of difference, as docs/classes.md explains them."""

    OMISSION = "omission"
    ADDITION = "addition"
    SUBSTITUTION = "substitution"
    TRANSPOSITION = "transposition"
    REPETITION = "repetition"
    MARK = "mark"
    FURNITURE = "furniture"
    LAYOUT = "layout"
    UNREADABLE = "unreadable"


SUBSTANTIVE = frozenset(
    {
        DifferenceClass.OMISSION,
        DifferenceClass.ADDITION,
        DifferenceClass.SUBSTITUTION,
        DifferenceClass.TRANSPOSITION,
        DifferenceClass.REPETITION,
        DifferenceClass.UNREADABLE,
    }
)
"""The classes that concern the words of the document itself."""


class Verdict(StrEnum):
    """What the ink says of a difference."""

    DEPARTS = "transcript-departs"
    SLIPPED = "reader-slipped"
    UNDECIDED = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the transcript; an omission has `start == end` and no text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Support:
    """What one witness read at a disputed place, and which side that supports."""

    witness: str
    reading: str
    supports: str  # "transcript", "scan" or "neither"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which scan and transcript differ."""

    id: str
    cls: DifferenceClass
    kind: str
    verdict: Verdict
    probability: float  # that the transcript departs from the scan, 0 to 1
    gravity: float  # how much it matters to a reader of the transcript, 0 to 1
    page: int
    line: int  # text line of the page; 0 where the place is on none
    box: Box
    transcript: Span
    before: str  # the transcript just before the place
    after: str
    scan: str
    explanation: str
    witnesses: tuple[Support, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether a person should look: all but what is only the reader's slip."""
        return self.verdict is not Verdict.SLIPPED


@dataclass(frozen=True, slots=True)
class PageCoverage:
    """How much of one page was read, and how much of that the transcript holds."""

    page: int
    read: int  # words of the reading
    matched: int  # of these, words that the transcript has too


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the transcript was verified against ink."""

    tokens: int
    verified: int  # tokens that the reading confirms
    pages: tuple[PageCoverage, ...]

    @property
    def share(self) -> float:
        return self.verified / self.tokens if self.tokens else 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work with its settings, for the record."""

    name: str
    tool: str
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A token of the transcript and the place on the scan that shows it."""

    token: int
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Collation:
    """The whole outcome of comparing one scan with one transcript."""

    pages: tuple[Page, ...]
    transcript: Transcript
    links: tuple[Link, ...]
    differences: tuple[Difference, ...]  # in the order of their ranking
    coverage: Coverage
    tool: str  # what made it, with its version
    steps: tuple[Step, ...]

    @property
    def flagged(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if each.flagged)
