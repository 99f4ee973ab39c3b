"""A collation as one HTML file that needs no network and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
import re
import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

import cv2
import jinja2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from collate.model import (
    Box,
    Collation,
    Difference,
    DifferenceClass,
    Link,
    Page,
    PageCoverage,
    Verdict,
)
from collate.report.terminal import percent, share
from collate.sources import scans

Pixels = Callable[[Page], NDArray[np.uint8]]

PAGE_SIDE = 1600  # pixels; the longest side of a page image in the report
CROP_SIDE = 1400  # the same for a crop
QUALITY = 60  # of the JPEG images, 0 to 100
ABOVE = 1.2  # text heights of surroundings above and below the place in a crop
BESIDE = 9.0  # text heights to its left and right
LEAST_BOX = 0.006  # of the page's width and height, so that an empty place can be seen

SIGNS = {
    DifferenceClass.OMISSION: "‸",
    DifferenceClass.ADDITION: "+",
    DifferenceClass.SUBSTITUTION: "≠",
    DifferenceClass.TRANSPOSITION: "⇄",
    DifferenceClass.REPETITION: "×2",
    DifferenceClass.MARK: "[ ]",
    DifferenceClass.FURNITURE: "§",
    DifferenceClass.LAYOUT: "¶",
    DifferenceClass.UNREADABLE: "?",
}

VERDICTS = {
    Verdict.DEPARTS: "the transcript departs from the scan",
    Verdict.SLIPPED: "the reader slipped",
    Verdict.UNDECIDED: "the ink does not tell",
}

LIKELIHOODS = (
    (0.97, "almost certain"),
    (0.85, "very likely"),
    (0.60, "likely"),
    (0.40, "about even"),
    (0.15, "unlikely"),
    (0.00, "very unlikely"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it stands in the report; `width` and `height` in its own pixels."""

    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A difference with its place in the list, from 1, and the scan around it."""

    rank: int
    difference: Difference
    crop: Picture
    area: Box  # the piece of the page that the crop shows

    @property
    def outline(self) -> Box:
        """The place in the coordinates of `area`, with a little air around the ink."""
        box, area = self.difference.box, self.area
        return Box(box.x - area.x, box.y - area.y, box.width, box.height).grown(
            max(area.height // 40, 2), area.width, area.height
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as the report shows it."""

    page: Page
    picture: Picture
    entries: tuple[Entry, ...]
    coverage: PageCoverage | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the transcript's text; `token` is the linked word it belongs to."""

    text: str
    token: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line of the transcript that lies in the same differences.

    Attributes:
        starts: the differences whose place begins here.
        inside: the differences that cover the stretch, the shortest last.
    """

    starts: tuple[Entry, ...]
    inside: tuple[Entry, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """The filter of one class, with how many differences a person should look at."""

    cls: DifferenceClass
    sign: str
    count: int


def render(collation: Collation, pixels: Pixels = scans.pixels) -> str:
    """The report as the text of one HTML file.

    Args:
        collation: what to report; its order of differences is kept.
        pixels: gives the grey image of a page, at its original size.
    """
    sheets = tuple(_sheets(collation, pixels))
    entries = sorted((each for sheet in sheets for each in sheet.entries), key=lambda e: e.rank)
    counts = Counter(each.cls for each in collation.flagged)
    environment = _environment()
    style = environment.get_template("report.css.j2").render(
        classes=tuple(DifferenceClass), sheets=sheets, least=LEAST_BOX
    )
    script = resources.files("collate.report").joinpath("report.js").read_text("utf-8")
    return environment.get_template("report.html.j2").render(
        collation=collation,
        sheets=sheets,
        entries=entries,
        lines=_lines(collation, entries),
        chips=[Chip(cls, SIGNS[cls], counts[cls]) for cls in DifferenceClass if counts[cls]],
        slips=len(collation.differences) - len(collation.flagged),
        inputs=_inputs(collation),
        links=[_link(each) for each in collation.links],
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
        verdicts=VERDICTS,
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("collate", "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "share": share,
        "likelihood": _likelihood,
        "visible": _visible,
    }
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment


def _hash(text: str) -> str:
    """The source expression by which a content security policy admits `text`."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _likelihood(probability: float) -> str:
    return next(word for least, word in LIKELIHOODS if probability >= least)


def _visible(text: str) -> str:
    """`text`, or signs in its place where it is nothing but blanks."""
    if text.strip():
        return text
    return text.replace("\r\n", "↵").translate(str.maketrans("\n\r\t ", "↵↵⇥␣"))


def _link(link: Link) -> list[int]:
    box = link.box
    return [link.token, link.page, box.x, box.y, box.width, box.height]


def _inputs(collation: Collation) -> list[tuple[str, str, str]]:
    """Kind, file name and SHA-256 of every file that was compared."""
    files = {(page.path, page.sha256): None for page in collation.pages}
    return [
        *(("Scan", path.name, sha256) for path, sha256 in files),
        ("Transcript", collation.transcript.path.name, collation.transcript.sha256),
    ]


def _sheets(collation: Collation, pixels: Pixels) -> Iterator[Sheet]:
    by_page: dict[int, list[tuple[int, Difference]]] = defaultdict(list)
    for rank, difference in enumerate(collation.differences, 1):
        by_page[difference.page].append((rank, difference))
    heights: dict[int, list[int]] = defaultdict(list)
    for link in collation.links:
        heights[link.page].append(link.box.height)
    coverage = {each.page: each for each in collation.coverage.pages}
    for page in collation.pages:
        image = pixels(page)
        height = statistics.median(heights[page.number] or [page.height / 80])
        yield Sheet(
            page,
            _picture(image, PAGE_SIDE),
            tuple(_entry(image, page, height, *each) for each in by_page[page.number]),
            coverage.get(page.number),
        )


def _entry(
    image: NDArray[np.uint8], page: Page, text_height: float, rank: int, difference: Difference
) -> Entry:
    area = _surroundings(difference.box, page, text_height)
    crop = image[area.y : area.bottom, area.x : area.right]
    return Entry(rank, difference, _picture(crop, CROP_SIDE), area)


def _surroundings(box: Box, page: Page, text_height: float) -> Box:
    """The box with about a line above and below it, and some words to its sides."""
    across, down = round(BESIDE * text_height), round(ABOVE * text_height)
    x, y = max(box.x - across, 0), max(box.y - down, 0)
    right, bottom = (min(box.right + across, page.width), min(box.bottom + down, page.height))
    return Box(x, y, right - x, bottom - y)


def _picture(image: NDArray[np.uint8], longest: int) -> Picture:
    height, width = image.shape
    scale = min(longest / max(height, width), 1.0)
    if scale < 1:
        width, height = max(round(width * scale), 1), max(round(height * scale), 1)
        image = np.asarray(
            cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    _, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    return Picture(
        f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}", width, height
    )


def _lines(collation: Collation, entries: Sequence[Entry]) -> list[list[Run]]:
    """The transcript line by line; the texts of all pieces, joined, are the transcript."""
    lines: list[list[Run]] = [[]]
    for run in _runs(collation, entries):
        lines[-1].append(run)
        if run.pieces and run.pieces[-1].text.endswith("\n"):
            lines.append([])
    return lines


def _runs(collation: Collation, entries: Sequence[Entry]) -> Iterator[Run]:
    """The transcript's text, cut after every line and wherever a difference begins or ends."""
    text, tokens = collation.transcript.text, collation.transcript.tokens
    linked = sorted({each.token for each in collation.links})
    words = [(tokens[index].start, tokens[index].end, index) for index in linked]
    cuts = {0, len(text), *(match.end() for match in re.finditer("\n", text))}
    starting: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        span = entry.difference.transcript
        cuts |= {span.start, span.end}
        starting[span.start].append(entry)
    inside: list[Entry] = []
    for start, end in pairwise(sorted(cuts)):
        inside = [each for each in inside + starting[start] if _end(each) > start]
        # The innermost shows: a flagged place before a hidden one, a short before a long.
        inside.sort(
            key=lambda each: (
                each.difference.flagged,
                each.difference.transcript.start - _end(each),
            )
        )
        yield Run(tuple(starting[start]), tuple(inside), tuple(_pieces(text, start, end, words)))
    yield Run(tuple(starting[len(text)]), (), ())


def _end(entry: Entry) -> int:
    return entry.difference.transcript.end


def _pieces(
    text: str, start: int, end: int, words: Sequence[tuple[int, int, int]]
) -> Iterator[Piece]:
    """The text from `start` to `end`, cut into linked words and what is between them."""
    position = start
    for index in range(bisect_right(words, start, key=lambda word: word[1]), len(words)):
        at, stop, token = words[index]
        if at >= end:
            break
        if position < at:
            yield Piece(text[position:at], None)
        position, stop = max(at, start), min(stop, end)
        yield Piece(text[position:stop], token)
        position = stop
    if position < end:
        yield Piece(text[position:end], None)
