"""Each class and kind of difference by its smallest example, with words in place of a scan."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collate.alignment.align import align
from collate.alignment.normal import key
from collate.differences import find, layout, marks
from collate.differences.finding import Aligned, Finding
from collate.differences.furniture import Furniture
from collate.model import Box, InkZone, Word, ZoneKind
from collate.sources.transcripts import parse

LETTER, HEIGHT, LEADING, LEFT, TOP = 20, 30, 50, 200, 200  # pixels


def scan(*pages: str) -> list[Word]:
    """The words of pages, a row of text for each line.

    A word written `~so` is struck through, one written `?so` is hard to read.
    """
    return [
        Word(
            text.lstrip("~?"),
            Box(LEFT + LETTER * at, TOP + LEADING * line, LETTER * len(text.lstrip("~?")), HEIGHT),
            page,
            line,
            0.3 if text.startswith("?") else 0.95,
            text.startswith("~"),
        )
        for page, rows in enumerate(pages, start=1)
        for line, row in enumerate(rows.split("\n"), start=1)
        for at, text in placed(row)
    ]


def placed(row: str) -> list[tuple[int, str]]:
    """The words of a row, each with the column at which it begins."""
    words, column = [], 0
    for part in row.split(" "):
        if part:
            words.append((column, part))
        column += len(part) + 1
    return words


def aligned(transcript: str, *pages: str) -> Aligned:
    parsed, words = parse(transcript), scan(*pages)
    left, right = [key(token.text) for token in parsed.tokens], [key(word.text) for word in words]
    return Aligned(parsed, tuple(words), tuple(align(left, right)))


def found(transcript: str, *pages: str) -> list[Finding]:
    return find.find(aligned(transcript, *pages), "eng")


def told(transcript: str, *pages: str) -> list[tuple[str, str, str, str]]:
    """The differences as (class, kind, words of the transcript, words of the scan)."""
    return [
        (each.cls.value, each.kind, transcript[each.start : each.end], each.scan)
        for each in found(transcript, *pages)
    ]


PASSAGE = "He had been immediately demoted to a lieutenant-colonel and sent home."


# Nothing to find


@pytest.mark.parametrize(
    "text", [PASSAGE, "TOP SECRET\n\nDear Sir,\n\nThe army has-- as you know -- left. - 6 -\n"]
)
def test_a_transcript_against_itself(text: str) -> None:
    assert found(text, text) == []


words = st.lists(
    st.one_of(
        st.sampled_from(["the", "army", "of", "Stalin", "said", "1944", "--", "and"]),
        st.text("abc.,'", min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=12,
)


@given(words)
def test_any_transcript_against_itself(text: list[str]) -> None:
    whole = aligned(" ".join(text), " ".join(text))
    assert find.find(whole, "eng") == []
    assert marks.find(whole, {}, "eng") == []
    assert layout.find(whole) == []


@given(words, words)
def test_every_finding_is_in_its_place(printed: list[str], seen: list[str]) -> None:
    whole = aligned(" ".join(printed), " ".join(seen))
    for each in find.find(whole, "eng"):
        assert 0 <= each.start <= each.end <= len(whole.transcript.text)
        assert 0 <= each.tokens[0] <= each.tokens[1] <= len(whole.transcript.tokens)
        assert 0 <= each.words[0] <= each.words[1] <= len(whole.words)
        assert 0 <= each.probability <= 1
        assert each.box.width > 0
        assert each.box.height > 0
        assert each.box.x >= 0
        assert each.explanation


def test_a_word_that_the_line_breaks() -> None:
    assert found("the citizens of", "the citi-\nzens of") == []


def test_a_word_that_the_page_breaks() -> None:
    assert found("the citizens of", "the citi-", "zens of") == []


def test_a_compound_that_the_line_breaks() -> None:
    assert found("a major-general who", "a major-\ngeneral who") == []


def test_a_break_that_the_transcript_keeps() -> None:
    assert found("the citi-\nzens of", "the citizens of") == []
    assert found("the citi-\nzens of", "the citi-\nzens of") == []


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("People's", "People’s"),
        ('"Jews"', "“Jews”"),
        ("plans—and", "plans-- and"),
        ("office", "oﬃce"),
        ("-6-", "- 6 -"),
        ("- 6 -", "-6-"),
    ],
)
def test_variants_of_the_printer_are_no_difference(printed: str, seen: str) -> None:
    assert found(f"with {printed} he knew", f"with {seen} he knew") == []


def test_specks_are_no_words() -> None:
    assert found("he knew of it", ". he knew ' of | it _") == []


# Omission and addition


def test_an_omission() -> None:
    assert told("set up some liaison whereby", "set up some close liaison whereby") == [
        ("omission", "word", "", "close")
    ]


def test_an_omission_stands_where_the_word_would_have() -> None:
    (omission,) = found("set up some liaison", "set up some close liaison")
    assert omission.start == len("set up some ")
    assert omission.box == Box(
        LEFT + LETTER * len("set up some "), TOP + LEADING, 5 * LETTER, HEIGHT
    )
    assert (omission.page, omission.line) == (1, 1)


@pytest.mark.parametrize(
    ("transcript", "page"), [("he knew", "then he knew"), ("he knew", "he knew then")]
)
def test_an_omission_at_either_end(transcript: str, page: str) -> None:
    assert told(transcript, page) == [("omission", "word", "", "then")]


def test_an_omission_of_some_words() -> None:
    assert told("he was sent home", "he was at once sent home") == [
        ("omission", "words", "", "at once")
    ]


def test_an_omission_of_a_passage() -> None:
    (omission,) = found("He knew. Then he left.", f"He knew. {PASSAGE} Then he left.")
    assert (omission.cls, omission.kind, omission.scan) == ("omission", "passage", PASSAGE)


def test_a_long_passage_is_quoted_by_its_ends() -> None:
    (omission,) = found("So it was.", f"So {PASSAGE} {PASSAGE} it was.")
    assert "“He had been immediately demoted to a … a lieutenant-colonel and sent home.”" in (
        omission.explanation
    )


def test_the_copyists_eye_skipped() -> None:
    page = "the defeat of Germany should lead the army of Germany into peace"
    (omission,) = found("the defeat of Germany into peace", page)
    assert (omission.cls, omission.kind) == ("omission", "eye-skip")
    assert "Germany" in omission.explanation


def test_an_addition() -> None:
    assert told("a very great army marched", "a great army marched") == [
        ("addition", "word", "very", "")
    ]


def test_an_addition_lies_in_the_gap_on_the_scan() -> None:
    (addition,) = found("great armies marched", "great     marched")
    assert addition.box.x == LEFT + LETTER * len("great")
    assert addition.box.right == LEFT + LETTER * len("great     ")


def test_an_addition_of_some_words() -> None:
    assert told("he was at once sent home", "he was sent home") == [
        ("addition", "words", "at once", "")
    ]


def test_an_addition_of_a_passage() -> None:
    assert told(f"He knew. {PASSAGE} Then he left.", "He knew. Then he left.") == [
        ("addition", "passage", PASSAGE, "")
    ]


@pytest.mark.parametrize(
    ("transcript", "twice"),
    [("he knew of of it", "of"), ("it would be it would be necessary", "it would be")],
)
def test_a_repetition(transcript: str, twice: str) -> None:
    page = transcript.replace(f"{twice} {twice}", twice)
    assert told(transcript, page) == [("repetition", transcript_kind(twice), twice, "")]


def transcript_kind(text: str) -> str:
    return "words" if " " in text else "word"


def test_what_the_scan_has_twice_is_no_repetition() -> None:
    assert found("he had had no doubt", "he had had no doubt") == []


# Substitution


@pytest.mark.parametrize(
    ("printed", "seen", "kind"),
    [
        ("1938", "1939", "number"),
        ("May", "June", "number"),
        ("Molotow", "Molotov", "name"),
        ("decision", "decison", "spelling"),
        ("Copy", "copy", "case"),
        ("its", "it's", "punctuation"),
        ("war,", "war.", "punctuation"),
        ("friend", "enemy", "word"),
        ("modern", "modest", "word"),
    ],
)
def test_the_kinds_of_substitution(printed: str, seen: str, kind: str) -> None:
    assert told(f"he saw the {printed} again today", f"he saw the {seen} again today") == [
        ("substitution", kind, printed, seen)
    ]


def test_a_word_that_is_written_apart() -> None:
    assert told("the head quarters of", "the headquarters of") == [
        ("substitution", "word division", "head quarters", "headquarters")
    ]


# Transposition


def test_neighbours_change_places() -> None:
    assert told("he was also always sure", "he was always also sure") == [
        ("transposition", "words", "also always", "always also")
    ]


def test_a_passage_stands_elsewhere() -> None:
    one, other = (
        "the British staff agreed to this plan",
        "Marshal Stalin had known for weeks before",
    )
    (moved,) = found(f"Then {one} and {other} end", f"Then {other} and {one} end")
    assert moved.cls == "transposition"
    assert "in another place" in moved.explanation


# Editor's marks


def signs(
    *,
    blocks: Sequence[Box] = (),
    loose: Sequence[Box] = (),
    furniture: Sequence[ZoneKind] = (),
) -> dict[int, marks.PageSigns]:
    """What else page 1 shows, besides its words."""
    pieces = tuple(
        Furniture(kind, InkZone(Box(10, 10, 80, 80), 1, 0.0, 500), (), "") for kind in furniture
    )
    return {1: marks.PageSigns(tuple(blocks), tuple(loose), pieces, 20.0)}


def judged(
    transcript: str, page: str, besides: dict[int, marks.PageSigns] | None = None
) -> list[tuple[str, str, bool]]:
    """The marks as (kind, text, whether the scan gives no cause for it)."""
    each_mark = marks.find(aligned(transcript, page), besides or signs(), "eng")
    return [
        (each.kind, transcript[each.start : each.end], each.probability >= 0.5)
        for each in each_mark
    ]


def test_sic_without_cause() -> None:
    assert judged("he was talking [sic] about it", "he was talking about it") == [
        ("sic", "[sic]", True)
    ]


@pytest.mark.parametrize("odd", ["tlaking", "1983", "that that"])
def test_sic_with_cause(odd: str) -> None:
    assert judged(f"he was {odd} [sic] about it", f"he was {odd} about it") == [
        ("sic", "[sic]", False)
    ]


def test_redacted_where_nothing_is_blacked_out() -> None:
    assert judged("Conversation. [redacted] June 26", "Conversation. June 26") == [
        ("redacted", "[redacted]", True)
    ]


def test_redacted_where_a_block_is() -> None:
    page = "Conversation.        June 26"
    block = Box(LEFT + LETTER * 14, TOP + LEADING, LETTER * 6, HEIGHT)
    assert judged("Conversation. [redacted] June 26", page, signs(blocks=[block])) == [
        ("redacted", "[redacted]", False)
    ]


def test_illegible_with_and_without_cause() -> None:
    transcript = "he was [illegible] about it"
    assert judged(transcript, "he was sure about it") == [("illegible", "[illegible]", True)]
    assert judged(transcript, "he was ?snr about it") == [("illegible", "[illegible]", False)]


def test_uncertain_with_and_without_cause() -> None:
    transcript = "he was sure [?] about it"
    assert judged(transcript, "he was sure about it") == [("uncertain", "[?]", True)]
    assert judged(transcript, "he was ?sure about it") == [("uncertain", "[?]", False)]


def test_handwritten_with_and_without_cause() -> None:
    transcript = "[handwritten: file] Dear Sir and friend"
    mark = "[handwritten: file]"
    page = "Dear Sir and friend"
    assert judged(transcript, page) == [("handwritten", mark, True)]
    by_hand = signs(furniture=[ZoneKind.HANDWRITING])
    assert judged(transcript, page, by_hand) == [("handwritten", mark, False)]


def test_a_box_with_and_without_cause() -> None:
    transcript, page = "□ Marshal Stalin recalled", "Marshal Stalin recalled"
    assert judged(transcript, page) == [("box", "□", True)]
    drawn = Box(LEFT - 40, TOP + LEADING, 30, HEIGHT)
    assert judged(transcript, page, signs(loose=[drawn])) == [("box", "□", False)]


def test_bullets_with_and_without_cause() -> None:
    transcript = "Present:\n- Mr. Page\n- Mr. Stalin"
    assert judged(transcript, "Present:\nMr. Page\nMr. Stalin") == [("bullet", "-", True)] * 2
    assert judged(transcript, "Present:\n- Mr. Page\n- Mr. Stalin") == [("bullet", "-", False)] * 2


def test_a_note_in_brackets_is_a_mark() -> None:
    assert told("he left [for Moscow] at once", "he left at once") == [
        ("mark", "note", "[for Moscow]", "")
    ]


def test_strikes_that_the_transcript_lost() -> None:
    assert judged("TOP SECRET he knew", "~TOP ~SECRET he knew") == [
        ("struck through", "TOP SECRET", True)
    ]


def test_strikes_without_a_stroke() -> None:
    assert judged("~~TOP SECRET~~ he knew", "TOP SECRET he knew") == [
        ("struck through", "TOP SECRET", True)
    ]


def test_strikes_on_both_sides() -> None:
    assert judged("~~TOP SECRET~~ he knew", "~TOP ~SECRET he knew") == []


# Layout


def breaks(transcript: str, *pages: str) -> list[tuple[str, str]]:
    """The breaks that differ, as (kind, the word after it)."""
    return [
        (each.kind, transcript[each.start :].split()[0])
        for each in layout.find(aligned(transcript, *pages))
    ]


def test_a_page_break_that_the_transcript_does_not_show() -> None:
    assert breaks("on the European Commission", "on the", "European Commission") == [
        ("page break", "European")
    ]


@pytest.mark.parametrize("shown", ["\n\n- 2 -\n\n", "\n[page 2]\n", "\n[p. 2] ", "\f", "\n---\n"])
def test_a_page_break_that_the_transcript_shows(shown: str) -> None:
    assert breaks(f"on the{shown}European Commission", "on the", "European Commission") == []


def test_a_paragraph_break_where_the_scan_runs_on() -> None:
    assert breaks("matters which he\n\nhad no business", "matters which he had no business") == [
        ("paragraph break", "had")
    ]


def test_a_paragraph_break_where_the_line_of_the_scan_ends() -> None:
    page = "matters which he\nhad no business"
    assert breaks("matters which he\n\nhad no business", page) == [("paragraph break", "had")]


@pytest.mark.parametrize(
    "page",
    [
        "Dear Sir.\n\nI said that",  # a blank line between
        "Dear Sir.\n     I said that\nand more\nand more",  # an indent
        "Dear Sir.\nI said that",  # the sentence ends with the line
    ],
)
def test_a_paragraph_break_that_the_scan_has_too(page: str) -> None:
    transcript = "Dear Sir.\n\nI said that and more and more"
    assert breaks(transcript, page) == []


def test_line_breaks_alone_are_no_difference() -> None:
    assert breaks("Dear Sir and\nfriend of mine", "Dear\nSir and friend\nof mine") == []
