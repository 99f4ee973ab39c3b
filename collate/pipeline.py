"""The whole work, from files to a collation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from threading import Thread

import cv2
from rapidfuzz.fuzz import partial_ratio
from threadpoolctl import threadpool_limits

from collate.alignment.align import Cell, Tie, align, similarity
from collate.alignment.normal import key
from collate.differences import dictionary, find, furniture, layout, marks
from collate.differences.finding import Aligned, Finding
from collate.differences.furniture import Furniture
from collate.differences.gravity import gravity
from collate.errors import ScanError, UnrelatedError
from collate.evidence.judge import judge, verdict_of
from collate.evidence.letters import Glyphs, alphabet_of, glyphs_of, legibility
from collate.evidence.settle import gather_unreadable, put_right
from collate.evidence.witnesses import TREATMENTS, read_furniture
from collate.model import (
    Box,
    Collation,
    Coverage,
    Difference,
    DifferenceClass,
    InkZone,
    Link,
    MarkKind,
    Page,
    PageCoverage,
    Span,
    Step,
    Transcript,
    Verdict,
    Word,
)
from collate.reading import tesseract
from collate.reading.blocks import blacked_out
from collate.reading.ink import unexplained
from collate.reading.pages import Reading, read_all
from collate.sources import scans, transcripts

LEAST_SHARED = 0.2  # of a transcript's words; with less it is of another document
AROUND = 60  # characters of context that a difference carries on either side


def check(
    scan: str | Path | Sequence[str | Path],
    transcript: str | Path,
    *,
    lang: str = "eng",
    dpi: int | None = None,
    encoding: str | None = None,
    second_reading: bool = True,
    done: Callable[[Page], None] = lambda _: None,
    started: Callable[[int], None] = lambda _: None,
) -> Collation:
    """Read a scan and compare it with its published transcript.

    Args:
        scan: an image, a folder of images, or several of these in page order.
        transcript: a plain-text file.
        lang: Tesseract's name of the language, several joined by `+`.
        dpi: the scan's resolution, where the file does not say or lies.
        encoding: the transcript's, where it cannot be told from its bytes.
        second_reading: whether to go back to the ink where the two differ.
        started: called with the number of pages before the first is read.
        done: called as each page has been read.

    Raises:
        CollateError: see `collate.errors` for the family.
    """
    sources = [scan] if isinstance(scan, str | Path) else list(scan)
    text = transcripts.load(Path(transcript), encoding)
    pages = scans.load([Path(source) for source in sources])
    tesseract.require(lang)
    started(len(pages))
    Thread(target=dictionary.load, args=(lang,), daemon=True).start()  # while Tesseract reads
    readings = read_all(pages, lang=lang, dpi=dpi, done=done)
    # Many small products of matrices: to share each among threads costs more than it saves.
    with threadpool_limits(limits=1, user_api="blas"):
        return collate(readings, text, lang=lang, dpi=dpi, second_reading=second_reading)


def collate(
    readings: Sequence[Reading],
    transcript: Transcript,
    *,
    lang: str = "eng",
    dpi: int | None = None,
    second_reading: bool = True,
) -> Collation:
    """Compare what was read on the pages with a transcript.

    Raises:
        ScanError: no page shows any text.
        UnrelatedError: the transcript is of another document.
    """
    pages = {reading.page.number: reading for reading in readings}
    everything = [word for reading in readings for word in reading.words]
    if not everything:
        raise ScanError(
            f"{readings[0].page.path}: no text was found on any of {len(readings)} page(s).",
            "Check that this is the scan, the right way up, and not blank.",
        )
    glyphs = glyphs_of(readings)
    zones = _zones(_aligned(transcript, everything), readings, glyphs)
    pieces = [piece for _, each in zones.values() for piece in each]
    loose = {word for piece in pieces for word in piece.words}
    aligned = _aligned(transcript, [word for word in everything if word not in loose])
    _check_related(aligned, readings)
    findings = find.find(aligned, lang)
    if second_reading:
        alphabet = alphabet_of(aligned, glyphs)
        ink = [zone for unread, _ in zones.values() for zone in unread]
        findings = judge(findings, aligned, pages, glyphs, alphabet, ink, lang)
        aligned = put_right(aligned, findings)
        findings = gather_unreadable(aligned, findings)
    signs = {
        number: marks.PageSigns(
            blacked_out(reading.ink, reading.text_height),
            _unread(reading) if transcript.marks else (),
            zones[number][1],
            reading.text_height,
        )
        for number, reading in pages.items()
    }
    findings += marks.find(aligned, signs, lang) + layout.find(aligned)
    if second_reading:
        pieces = read_furniture(pieces, pages, lang)
    findings += [_of_furniture(piece, aligned) for piece in pieces]
    return Collation(
        tuple(reading.page for reading in readings),
        transcript,
        _links(aligned),
        _ranked(findings, transcript, readings),
        _coverage(aligned, findings, readings),
        f"collate {collate_version()}",
        _steps(readings, lang, dpi, second_reading),
    )


def _aligned(transcript: Transcript, words: Sequence[Word]) -> Aligned:
    left = [key(token.text) for token in transcript.tokens]
    right = [key(word.text) for word in words]
    return Aligned(transcript, tuple(words), tuple(align(left, right)))


def _check_related(aligned: Aligned, readings: Sequence[Reading]) -> None:
    tokens = aligned.transcript.tokens
    equal = [
        cell.tie is Tie.WORD
        and key(tokens[cell.left].text) == key(aligned.words[cell.right].text) != ""
        for cell in aligned.cells
    ]
    # A word alone may agree by chance; in a run of three it does not.
    runs = [len(list(run)) for same, run in groupby(equal) if same]
    shared = sum(length for length in runs if length >= min(3, len(tokens)))
    if shared < LEAST_SHARED * min(len(tokens), max(len(aligned.words), 1)):
        raise UnrelatedError(
            f"{aligned.transcript.path} shares only {shared} of its {len(tokens)} words, in order, "
            f"with the {len(aligned.words)} read from {readings[0].page.path}.",
            "Check that both are of the same document, that the pages are the right way up, "
            "and that --lang names their language.",
        )


def _zones(
    aligned: Aligned, readings: Sequence[Reading], glyphs: Glyphs
) -> dict[int, tuple[tuple[InkZone, ...], tuple[Furniture, ...]]]:
    """For each page its unexplained ink, and the furniture among it."""
    matched = _in_text(aligned)
    alphabet = alphabet_of(aligned, glyphs)
    pieces = {}
    for reading in readings:
        known = [word for word in reading.words if word in matched]
        zones = unexplained(
            reading.page,
            reading.ink,
            [word.box for word in known],
            text_height=reading.text_height,
            skew=reading.skew,
        )
        pieces[reading.page.number] = (
            zones,
            furniture.find(
                reading.page,
                zones,
                known,
                [word for word in reading.words if word not in matched],
                reading.text_height,
                lambda words: legibility(words, glyphs, alphabet),
            ),
        )
    return pieces


def _in_text(aligned: Aligned) -> set[Word]:
    """The words that stand in the running text: those of lines that mostly agree.

    A stray word of a stamp that the transcript happens to have too is not among them.
    """
    alike = {
        number
        for cell in aligned.cells
        if cell.tie in (Tie.WORD, Tie.SWAP) and _agrees(aligned, cell)
        for number in range(cell.right, cell.right_end)
    }
    return {
        aligned.words[number]
        for piece in _line_pieces(aligned.words)
        if sum(number in alike for number in piece) >= 0.5 * len(piece)
        for number in piece
        if number in alike
    }


def _agrees(aligned: Aligned, cell: Cell) -> bool:
    tokens = aligned.transcript.tokens[cell.left : cell.left_end]
    words = aligned.words[cell.right : cell.right_end]
    printed = "".join(key(token.text) for token in tokens)
    seen = "".join(key(word.text) for word in words)
    # Words under a stroke are read badly, and only words of the text are struck.
    struck = any(word.struck for word in words)
    return cell.tie is Tie.SWAP or struck or similarity(printed, seen) >= 0.6


def _line_pieces(words: Sequence[Word]) -> Iterator[list[int]]:
    """Positions of words that stand together in a line, parted where it has a wide gap."""
    piece: list[int] = []
    for number, word in enumerate(words):
        if not key(word.text):
            continue
        if piece:
            last = words[piece[-1]]
            together = (last.page, last.line) == (word.page, word.line)
            if not together or word.box.x - last.box.right > 3 * word.box.height:
                yield piece
                piece = []
        piece.append(number)
    if piece:
        yield piece


def _unread(reading: Reading) -> tuple[Box, ...]:
    """Ink that was not read, or not surely."""
    zones = unexplained(
        reading.page,
        reading.ink,
        [word.box for word in reading.words if word.confidence >= marks.SURE],
        text_height=reading.text_height,
        skew=reading.skew,
    )
    return tuple(zone.box for zone in zones)


def _of_furniture(piece: Furniture, aligned: Aligned) -> Finding:
    """Report furniture where the transcript would have shown it, had it done so."""
    zone = piece.zone
    after = [
        number
        for number, word in enumerate(aligned.words)
        if (word.page, word.box.middle[1]) < (zone.page, zone.box.middle[1])
    ]
    following = [
        cell.left for cell in aligned.cells if after and cell.right > after[-1] and cell.left
    ]
    tokens = aligned.transcript.tokens
    token = following[0] if following else (len(tokens) if after else 0)
    offset = tokens[token].start if token < len(tokens) else len(aligned.transcript.text)
    shown = any(
        mark.kind is MarkKind.HANDWRITTEN and partial_ratio(mark.text, piece.text) > 60
        for mark in aligned.transcript.marks
    )
    what = f"{piece.kind.value} “{piece.text}”" if piece.text else f"{piece.kind.value}, not read"
    return Finding(
        DifferenceClass.FURNITURE,
        piece.kind.value,
        (token, token),
        (0, 0),
        offset,
        offset,
        zone.page,
        0,
        zone.box,
        piece.text,
        0.1 if shown else 0.9,
        f"The page bears this {what}; the transcript "
        + ("gives it as a mark." if shown else "leaves it out."),
    )


def _links(aligned: Aligned) -> tuple[Link, ...]:
    links = []
    for token, (first, last) in aligned.words_of().items():
        links += [Link(token, word.page, word.box) for word in aligned.words[first:last]]
    return tuple(links)


def _ranked(
    findings: Sequence[Finding], transcript: Transcript, readings: Sequence[Reading]
) -> tuple[Difference, ...]:
    """Number the findings by how likely and how grave they are."""
    ordered = sorted(
        findings,
        key=lambda each: (-each.probability * gravity(each.cls, each.kind), each.page, each.start),
    )
    text = transcript.text
    pages = {reading.page.number: reading.page for reading in readings}
    return tuple(
        Difference(
            id=f"d{number}",
            cls=each.cls,
            kind=each.kind,
            verdict=verdict_of(each.probability),
            probability=each.probability,
            gravity=gravity(each.cls, each.kind),
            page=each.page,
            line=each.line,
            box=each.box.within(pages[each.page].box),
            transcript=Span(text[each.start : each.end], each.start, each.end),
            before=_tail(text[max(each.start - AROUND, 0) : each.start], each.start > AROUND),
            after=_head(text[each.end : each.end + AROUND], each.end + AROUND < len(text)),
            scan=each.scan,
            explanation=each.explanation,
            witnesses=each.witnesses,
        )
        for number, each in enumerate(ordered, start=1)
    )


def _tail(text: str, is_cut: bool) -> str:
    return text.partition(" ")[2] if is_cut and " " in text else text


def _head(text: str, is_cut: bool) -> str:
    return text.rpartition(" ")[0] if is_cut and " " in text else text


def _coverage(
    aligned: Aligned, findings: Sequence[Finding], readings: Sequence[Reading]
) -> Coverage:
    """Tokens that the reading confirms: set against a word, and no difference stands there."""
    counterparts = aligned.words_of()
    disputed = {
        token
        for each in findings
        if each.cls is not DifferenceClass.MARK
        and verdict_of(each.probability) is not Verdict.SLIPPED
        for token in range(*each.tokens)
    }
    matched = {number for first, last in counterparts.values() for number in range(first, last)}
    on_page = [aligned.words[number].page for number in matched]
    return Coverage(
        len(aligned.transcript.tokens),
        len(counterparts.keys() - disputed),
        tuple(
            PageCoverage(
                reading.page.number, len(reading.words), on_page.count(reading.page.number)
            )
            for reading in readings
        ),
    )


def _steps(
    readings: Sequence[Reading], lang: str, dpi: int | None, second_reading: bool
) -> tuple[Step, ...]:
    treated = tuple(
        (f"page {reading.page.number}", "; ".join(reading.steps) or "nothing needed")
        for reading in readings
    )
    own = f"collate {collate_version()}"
    reader = f"tesseract {tesseract.version()}"
    steps = [
        Step("clean", f"{own}, opencv {cv2.__version__}", treated),
        Step(
            "read",
            reader,
            (
                ("languages", lang),
                ("page segmentation mode", "3"),
                ("resolution", f"{dpi} DPI" if dpi else "as Tesseract takes it"),
            ),
        ),
        Step("align", f"{own}, rapidfuzz {version('rapidfuzz')}", ()),
    ]
    if second_reading:
        steps += [
            Step("compare disputed letters with the document's own", own, ()),
            Step(
                "read disputed places again",
                reader,
                (
                    ("as", ", ".join(TREATMENTS)),
                    ("page segmentation mode", "7 for a line, 6 for several"),
                ),
            ),
        ]
    return tuple(steps)


def collate_version() -> str:
    """The version of this package that is installed."""
    try:
        return version("collate-scans")
    except PackageNotFoundError:
        return "uninstalled"
