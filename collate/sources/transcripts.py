"""A transcript file → its text, tokens and editor's marks, each with its place."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from collate.errors import TranscriptError
from collate.model import Mark, MarkKind, Token, Transcript

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Files that open like this hold text, but not as text.
_DOCUMENTS = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich-text document (RTF)"),
    (b"PK\x03\x04", "a packed document (such as DOCX or ODT)"),
    (b"\xd0\xcf\x11\xe0", "a document of an old word processor (such as DOC)"),
)

# What the words inside square brackets say, by how they begin.
_BRACKETED = (
    (MarkKind.PAGE, r"(?:page|pp?|pg|fol|f)\b\.?\s*\d+"),
    (MarkKind.SIC, r"sic\b"),
    (MarkKind.REDACTED, r"(?:redact|excis|sanitiz|black(?:ed)? out)"),
    (MarkKind.ILLEGIBLE, r"(?:illegible|unclear|unreadable|indecipherable|\.{2,}|…)"),
    (MarkKind.UNCERTAIN, r"\?+\s*$"),
    (MarkKind.HANDWRITTEN, r"(?:handwrit|hand-writ|in hand|manuscript|stamp)"),
)

_MARK = re.compile(
    r"(?P<bracket>\[[^\[\]\r\n]{1,200}\])"
    r"|(?P<box>[□▢☐■▪])"
    # A dash that opens a line is a bullet, but not that of the page number "- 6 -".
    r"|(?P<bullet>(?:(?<=[\r\n])|\A)[ \t]*(?P<sign>[-*•·●◦‣–])(?=[ \t]+\S)"
    r"(?![ \t]*\d+[ \t]*(?:[-–][ \t]*)?(?:[\r\n]|\Z)))"
    r"|(?P<strike>~~)"
)
# A word ends at a space, or after a dash that joins it to the next.
WORD = re.compile(r"(?:(?!--|—)\S)+(?:-{2,}|—+)?|(?:-{2,}|—+)")
_LINE_END = re.compile(r"\r\n?|\n")
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t\f\v]*[\r\n]\s*")


def load(path: Path, encoding: str | None = None) -> Transcript:
    """Read a plain-text transcript.

    Args:
        path: the file.
        encoding: its character encoding; by default told from its bytes
            (byte-order mark, UTF-8, UTF-16 without a mark, else Windows-1252).

    Raises:
        TranscriptError: missing, empty, not text, or not in the given encoding.
    """
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise TranscriptError(f"{path} is a folder.", "Name the transcript file in it.") from None
    except FileNotFoundError:
        raise TranscriptError(f"{path}: there is no such file.", "Check the path.") from None
    except OSError as error:
        raise TranscriptError(
            f"{path} cannot be read ({error.strerror}).", "Check its name and your rights to it."
        ) from error
    for start, name in _DOCUMENTS:
        if data.startswith(start):
            raise TranscriptError(
                f"{path} is {name}, not plain text.", "Save the transcript as plain text (.txt)."
            )
    encoding = encoding or _encoding(data)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except (ValueError, LookupError) as error:  # UnicodeError is a ValueError
        raise TranscriptError(
            f"{path} cannot be read as {encoding} ({error}).", "Name another --encoding."
        ) from error
    if _looks_binary(text):
        raise TranscriptError(
            f"{path} is not a text file.",
            "Give the transcript as plain text (.txt), and its --encoding if it is text.",
        )
    transcript = parse(text, path=path, sha256=hashlib.sha256(data).hexdigest(), encoding=encoding)
    if not transcript.tokens:
        raise TranscriptError(f"{path} holds no words.", "Give the transcript that was published.")
    return transcript


def parse(
    text: str, *, path: Path = Path("-"), sha256: str = "", encoding: str = "utf-8"
) -> Transcript:
    """Cut a text into words and editor's marks.

    >>> transcript = parse("~~TOP SECRET~~ he knew [sic] of it")
    >>> [(token.text, token.struck) for token in transcript.tokens][:3]
    [('TOP', True), ('SECRET', True), ('he', False)]
    >>> [(mark.kind.value, mark.before) for mark in transcript.marks]
    [('sic', 4)]
    """
    lines = [0, *(match.end() for match in _LINE_END.finditer(text))]
    breaks = [match.end() for match in _BLANK_LINE.finditer(text)]
    tokens: list[Token] = []
    marks: list[Mark] = []
    struck = False
    found = list(_marks(text))
    # A last ~~ that has no partner opens nothing.
    paired = sum(kind is MarkKind.STRUCK for _, _, kind in found) // 2 * 2
    seen = 0

    def words(start: int, end: int) -> None:
        for match in WORD.finditer(text, start, end):
            at = match.start()
            tokens.append(
                Token(
                    match[0],
                    at,
                    match.end(),
                    bisect_right(lines, at),
                    bisect_right(breaks, at) + 1,
                    struck,
                )
            )

    position = 0
    for start, end, kind in found:
        words(position, start)
        position = end
        if kind is MarkKind.STRUCK:
            seen += 1
            struck = not struck and seen <= paired
        else:
            line = bisect_right(lines, start)
            marks.append(Mark(kind, text[start:end], start, end, line, len(tokens)))
    words(position, len(text))
    return Transcript(path, sha256, encoding, text, tuple(tokens), tuple(marks))


def _marks(text: str) -> Iterator[tuple[int, int, MarkKind]]:
    for match in _MARK.finditer(text):
        if match["bracket"]:
            inside = match["bracket"][1:-1].strip().casefold()
            for kind, pattern in _BRACKETED:
                if re.match(pattern, inside):
                    yield match.start(), match.end(), kind
                    break
        elif match["box"]:
            yield match.start(), match.end(), MarkKind.BOX
        elif match["bullet"]:
            yield match.start("sign"), match.end("sign"), MarkKind.BULLET
        else:
            yield match.start(), match.end(), MarkKind.STRUCK


def _encoding(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    # In UTF-16 the spaces and line ends, at least, have a zero byte, all on the same side.
    sample = data[:4096]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if max(first, second) > len(sample) // 100 and 20 * min(first, second) < max(first, second):
        return "utf-16-le" if second > first else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes undefined; Latin-1 takes any.
        undefined = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
        return "latin-1" if any(byte in data for byte in undefined) else "cp1252"
    return "utf-8"


def _looks_binary(text: str) -> bool:
    sample = text[:4096]
    controls = sum(1 for sign in sample if sign < " " and sign not in "\t\n\r\f\v\x1b\x1c\x1d\x1e")
    return controls * 20 > len(sample) or "\0" in sample
