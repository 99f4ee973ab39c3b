"""Transcript files: how they are decoded, and cut into words and editor's marks."""

from __future__ import annotations

import codecs
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from collate.errors import ExitCode, TranscriptError
from collate.model import Mark, MarkKind, Token, Transcript
from collate.sources import transcripts
from collate.sources.transcripts import parse

# Any text, but rich in what the parser looks for.
texts = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "\n",
                "\r\n",
                "\r",
                " ",
                "\t",
                "- ",
                "- 6 -",
                "~~",
                "[sic]",
                "[",
                "]",
                "[?]",
                "□",
                "--",
            ]
        ),
        st.sampled_from(["word", "Zürich", "3", "—", "•", "\f", "\u00a0", "e\u0301", "\U0001f4dc"]),
        st.text(max_size=5),
    ),
    max_size=30,
).map("".join)


def pieces_of(transcript: Transcript) -> list[Token | Mark]:
    """Tokens and marks together, in the order of the text."""
    return sorted([*transcript.tokens, *transcript.marks], key=lambda piece: piece.start)


def words(transcript: Transcript) -> list[str]:
    return [token.text for token in transcript.tokens]


def struck(transcript: Transcript) -> list[str]:
    return [token.text for token in transcript.tokens if token.struck]


def marks(transcript: Transcript) -> list[tuple[str, str]]:
    return [(mark.kind.value, mark.text) for mark in transcript.marks]


# Properties of any text


@given(texts)
@example("~~a [~~] b")
@example("\r\n- 6 -\r\n- word")
def test_every_token_and_mark_is_where_it_says(text: str) -> None:
    transcript = parse(text)
    assert transcript.text == text
    for piece in pieces_of(transcript):
        assert piece.text == text[piece.start : piece.end] != ""
    for token in transcript.tokens:
        assert not any(sign.isspace() for sign in token.text)
        assert token.line == len(text[: token.start + 1].splitlines()) or has_other_breaks(text)


def has_other_breaks(text: str) -> bool:
    """Whether a text has what Python takes for the end of a line, and we do not."""
    return any(sign in text for sign in "\v\f\x1c\x1d\x1e\x85\u2028\u2029")


@given(texts)
def test_tokens_and_marks_are_in_order_and_apart(text: str) -> None:
    transcript = parse(text)
    pieces = pieces_of(transcript)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    assert list(transcript.tokens) == [piece for piece in pieces if piece in transcript.tokens]
    places = [(token.line, token.paragraph) for token in transcript.tokens]
    assert places == sorted(places)


@given(texts)
def test_no_sign_is_lost(text: str) -> None:
    transcript = parse(text)
    covered = {place for piece in pieces_of(transcript) for place in range(piece.start, piece.end)}
    left = "".join(sign for place, sign in enumerate(text) if place not in covered)
    assert left.replace("~~", "").strip() == ""


@given(texts)
def test_a_mark_knows_the_word_after_it(text: str) -> None:
    transcript = parse(text)
    for mark in transcript.marks:
        assert all(token.end <= mark.start for token in transcript.tokens[: mark.before])
        assert all(token.start >= mark.end for token in transcript.tokens[mark.before :])


@given(texts)
def test_line_ends_of_windows_change_no_word(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    one, other = parse(unix), parse(unix.replace("\n", "\r\n"))
    assert words(one) == words(other)
    assert marks(one) == marks(other)
    assert struck(one) == struck(other)
    assert [(token.line, token.paragraph) for token in one.tokens] == [
        (token.line, token.paragraph) for token in other.tokens
    ]


@given(text=texts.filter(lambda text: parse(text).tokens))
def test_what_is_written_is_read(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("transcripts") / "letter.txt"
    path.write_bytes(text.encode())
    with suppress(TranscriptError):  # too many signs that no text has
        assert transcripts.load(path, "utf-8").text == text.removeprefix("\ufeff")


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear Sir,\nyours", ["Dear", "Sir,", "yours"]),
        ("plans--and", ["plans--", "and"]),
        ("plans—and", ["plans—", "and"]),
        ("plans -- and", ["plans", "--", "and"]),
        ("a well-known man", ["a", "well-known", "man"]),
        ("- 6 -", ["-", "6", "-"]),
        ("[Signed] A. Eden", ["[Signed]", "A.", "Eden"]),
        ("non\u00a0breaking", ["non", "breaking"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(parse(text)) == expected


def test_lines_and_paragraphs_are_counted_from_one() -> None:
    transcript = parse("one\ntwo\n\n \nthree\n")
    assert [(each.text, each.line, each.paragraph) for each in transcript.tokens] == [
        ("one", 1, 1),
        ("two", 2, 1),
        ("three", 5, 2),
    ]


# Marks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("he knew [sic] of it", MarkKind.SIC),
        ("he knew [SIC!] of it", MarkKind.SIC),
        ("from [redacted] to", MarkKind.REDACTED),
        ("from [excised: two lines] to", MarkKind.REDACTED),
        ("from [blacked out] to", MarkKind.REDACTED),
        ("a [illegible] word", MarkKind.ILLEGIBLE),
        ("a [...] word", MarkKind.ILLEGIBLE),
        ("a [ … ] word", MarkKind.ILLEGIBLE),
        ("Molotov [?] said", MarkKind.UNCERTAIN),
        ("[handwritten: file this] Dear", MarkKind.HANDWRITTEN),
        ("[Stamp: SECRET] Dear", MarkKind.HANDWRITTEN),
        ("□ Marshal Stalin", MarkKind.BOX),
        ("☐ Marshal Stalin", MarkKind.BOX),
        ("- Mr. Page", MarkKind.BULLET),
        ("Present:\n  • Mr. Page", MarkKind.BULLET),
        ("Present:\r\n* Mr. Page", MarkKind.BULLET),
        ("- 6 persons were present", MarkKind.BULLET),
    ],
)
def test_marks_are_no_words(text: str, kind: MarkKind) -> None:
    transcript = parse(text)
    (mark,) = transcript.marks
    assert mark.kind is kind
    assert mark.text not in words(transcript)


@pytest.mark.parametrize(
    "text",
    [
        "- 6 -",
        "word\n- 6 -\nword",
        "word\r\n- 6 -\r\nword",
        "word\n – 6 –\nword",
        "word\n- 6\nword",
        "word - word",
        "-word",
        "-",
        "[Signed] Eden",
        "[sick] leave",
        "[sic\nnever closed",
        "an array[0] of it",
    ],
)
def test_what_is_no_mark(text: str) -> None:
    assert parse(text).marks == ()


def test_a_mark_inside_a_word_parts_it_from_the_word() -> None:
    transcript = parse("teh[sic] end")
    assert words(transcript) == ["teh", "end"]
    assert transcript.marks[0].before == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~TOP SECRET~~ he", ["TOP", "SECRET"]),
        ("Dear ~~Sir~~, ~~yours", ["Sir"]),
        ("~~never closed", []),
        ("~~one~~ two ~~three~~", ["one", "three"]),
        ("~~~~ nothing", []),
        ("~~over\na line~~ end", ["over", "a", "line"]),
        ("~~one [x~~y] two", []),
        ("~one~", []),
    ],
)
def test_strikes(text: str, expected: list[str]) -> None:
    assert struck(parse(text)) == expected


# Files


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(encoding: str, told: str, tmp_path: Path) -> None:
    text = "Café “Zürich”\r\nnaïve"
    path = tmp_path / "letter.txt"
    path.write_bytes(text.encode(encoding))
    transcript = transcripts.load(path)
    assert transcript.text == text
    assert transcript.encoding == told


def test_utf_16_without_a_mark_in_another_script(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    text = "Маршал Сталин сказал, что он согласен.\n" * 3
    for encoding in ("utf-16-le", "utf-16-be"):
        path.write_bytes(text.encode(encoding))
        assert transcripts.load(path).text == text


def test_latin_1_where_windows_1252_has_no_sign(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("Zürich \x81 naïve".encode("latin-1"))
    assert transcripts.load(path).encoding == "latin-1"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")],
)
def test_a_byte_order_mark_is_not_counted(bom: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(bom + "Dear Sir".encode(encoding))
    for named in (None, encoding):
        assert transcripts.load(path, named).tokens[0].start == 0
        assert words(transcripts.load(path, named)) == ["Dear", "Sir"]


def refused(path: Path, encoding: str | None = None) -> TranscriptError:
    with pytest.raises(TranscriptError) as caught:
        transcripts.load(path, encoding)
    error = caught.value
    assert str(path) in error.problem, "the problem names the place"
    assert error.problem.endswith(".")
    assert error.remedy.endswith(".")
    assert error.exit_code is ExitCode.BAD_TRANSCRIPT
    return error


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "letter.txt").problem


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path).problem


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    refused(tmp_path / ("long" * 100 + ".txt"))


@pytest.mark.parametrize("text", ["", " \r\n\t\n", "\ufeff", "[sic] □ ~~"])
def test_a_file_without_words(text: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(text.encode())
    assert "holds no words" in refused(path).problem


def test_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    Image.effect_noise((50, 50), 50).save(path)
    assert "not a text file" in refused(path).problem


def test_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    Image.new("L", (50, 50)).save(path)
    assert "is a PDF" in refused(path).problem


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"{\\rtf1\\ansi Dear Sir}", "RTF"),
        (b"PK\x03\x04 word/", "DOCX"),
        (b"\xd0\xcf\x11\xe0", "DOC"),
    ],
)
def test_what_a_word_processor_keeps(start: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.doc"
    path.write_bytes(start)
    assert name in refused(path).problem


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "nonsense", "idna", "base64", "a\0b"])
def test_an_encoding_that_it_is_not_in(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"caf\xe9 .." * 20)
    error = refused(path, encoding)
    assert encoding in error.problem
    assert "--encoding" in error.remedy


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "x" * 1_000_000,
        "-" * 1_000_000,
        "~~" * 500_000,
        "[" * 1_000_000,
        "□" * 200_000,
        " " * 1_000_000 + "x",
        "\n" * 1_000_000 + "x",
        "- 6" + " " * 1_000_000 + "x",
        "\r \n" * 300_000 + "x",
        "\n" + "\t" * 1_000_000 + "-",
    ],
    ids=lambda text: f"{text[:6]!r}",
)
def test_a_million_characters_take_seconds(text: str) -> None:
    begun = time.perf_counter()
    parse(text)
    assert time.perf_counter() - begun < 15
