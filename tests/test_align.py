"""Two lists of words set against each other, and the forms in which they are compared."""

from __future__ import annotations

import random
import time
import unicodedata
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collate.alignment import align as alignment
from collate.alignment.align import Cell, Tie, align, similarity
from collate.alignment.normal import form, key

# Few words, much alike, so that lists share, repeat, join and swap them.
word = st.one_of(
    st.sampled_from(["", "i", "a", "the", "that", "them", "set", "up", "setup", "army", "armies"]),
    st.text("ab", max_size=6),
)
word_lists = st.lists(word, max_size=14)


def shown(left: str, right: str) -> list[tuple[str, str, str]]:
    """An alignment as (tie, words of the left, words of the right)."""
    one, other = left.split(), right.split()
    return [
        (
            cell.tie.value,
            " ".join(one[cell.left : cell.left_end]),
            " ".join(other[cell.right : cell.right_end]),
        )
        for cell in align(one, other)
    ]


def differing(left: str, right: str) -> list[tuple[str, str, str]]:
    return [cell for cell in shown(left, right) if cell[1] != cell[2]]


# Properties


@given(word_lists, word_lists)
def test_the_cells_joined_give_back_both_sides(left: list[str], right: list[str]) -> None:
    cells = align(left, right)
    assert [w for cell in cells for w in left[cell.left : cell.left_end]] == left
    assert [w for cell in cells for w in right[cell.right : cell.right_end]] == right
    for one, other in pairwise([Cell(Tie.WORD, 0, 0, 0, 0), *cells]):
        assert (one.left_end, one.right_end) == (other.left, other.right)


@given(word_lists)
def test_identical_lists_match_one_for_one(words: list[str]) -> None:
    assert align(words, words) == [Cell(Tie.WORD, n, n + 1, n, n + 1) for n in range(len(words))]


@given(word_lists, word_lists)
def test_a_tie_says_how_many_words_its_cell_has(left: list[str], right: list[str]) -> None:
    allowed = {
        Tie.WORD: {(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)},
        Tie.SWAP: {(2, 2)},
        Tie.LEFT: {(1, 0)},
        Tie.RIGHT: {(0, 1)},
    }
    for cell in align(left, right):
        size = cell.left_end - cell.left, cell.right_end - cell.right
        assert size in allowed[cell.tie]
        if cell.tie is Tie.SWAP:
            crossed = zip(
                left[cell.left : cell.left_end],
                right[cell.right : cell.right_end][::-1],
                strict=True,
            )
            assert all(similarity(one, other) >= alignment.LIKE - 1e-6 for one, other in crossed)
        if size not in {(1, 1), (1, 0), (0, 1)}:
            assert all(left[cell.left : cell.left_end])
            assert all(right[cell.right : cell.right_end])


@given(word_lists, word_lists)
def test_a_speck_is_never_set_against_a_word(left: list[str], right: list[str]) -> None:
    for cell in align(left, right):
        if cell.tie is Tie.WORD:
            one, other = left[cell.left], right[cell.right]
            assert bool(one) == bool(other) or (one or other) in ("i", "l", "1")


@given(st.lists(word, max_size=7), st.lists(word, max_size=7))
@example(["a"], [""])
@example(["setup"], ["set", "up"])
@example(["the", "army"], ["army", "the"])
def test_between_anchors_no_alignment_is_cheaper(left: list[str], right: list[str]) -> None:
    found = sum(cost_of(cell, left, right) for cell in alignment._exact(left, right))
    assert found == pytest.approx(cheapest(tuple(left), tuple(right)), abs=1e-4)


def cost_of(cell: Cell, left: list[str], right: list[str]) -> float:
    """What the rules of the module say a cell costs, written out plainly."""
    one, other = left[cell.left : cell.left_end], right[cell.right : cell.right_end]
    if cell.tie is Tie.SWAP:
        a, b = one
        crossed = min(similarity(a, other[1]), similarity(b, other[0]))
        swapped = a and b and a != b and crossed >= alignment.LIKE
        return alignment.SWAP + 2 * (1 - crossed) if swapped else float("inf")
    if not one or not other:
        return alignment.GAP if (one or other)[0] else alignment.SPECK
    if len(one) == len(other) == 1:
        (a,), (b,) = one, other
        if bool(a) != bool(b):
            return alignment.THINNED if (a or b) in alignment.THIN else float("inf")
        unlike = alignment.UNLIKE + (1 - alignment.UNLIKE) * (1 - similarity(a, b))
        return 0.0 if a == b else unlike
    a, b = "".join(one), "".join(other)
    alike = similarity(a, b)
    if not all(one) or not all(other) or abs(len(a) - len(b)) > 2 or alike <= alignment.JOINED:
        return float("inf")
    return alignment.JOIN + alignment.UNJOIN * (1 - alike)


def cheapest(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    """The least cost of all alignments, by trying every one."""

    @cache
    def least(i: int, j: int) -> float:
        if i == j == 0:
            return 0.0
        return min(
            least(i - down, j - across)
            + cost_of(Cell(tie, i - down, i, j - across, j), list(left), list(right))
            for down, across, tie in alignment._WAYS
            if down <= i and across <= j
        )

    return least(len(left), len(right))


# Examples


def test_a_word_that_was_dropped() -> None:
    assert differing("set up some liaison", "set up some close liaison") == [("right", "", "close")]


def test_a_word_that_was_added() -> None:
    assert differing("a very great army", "a great army") == [("left", "very", "")]


def test_a_misread_word_still_finds_its_counterpart() -> None:
    assert differing("the modern army of", "the modem army of") == [("word", "modern", "modem")]


def test_misread_words_beside_a_dropped_one() -> None:
    assert differing("set np some liaison whereby", "set up some close liaisom whereby") == [
        ("word", "np", "up"),
        ("right", "", "close"),
        ("word", "liaison", "liaisom"),
    ]


def test_a_word_that_the_scan_splits() -> None:
    assert differing("the headquarters of", "the head quarters of") == [
        ("word", "headquarters", "head quarters")
    ]


def test_words_that_the_scan_joins() -> None:
    assert differing("in so far as", "insofar as") == [("word", "in so far", "insofar")]


def test_neighbours_in_the_other_order() -> None:
    assert differing("was also always sure", "was always also sure") == [
        ("swap", "also always", "always also")
    ]


def test_a_passage_that_was_dropped_leaves_its_neighbours_alone() -> None:
    scan = "one two three of the army four five six of the fleet seven eight nine"
    transcript = "one two three of the fleet seven eight nine"
    gone = [right for tie, _, right in differing(transcript, scan) if tie == "right"]
    assert " ".join(gone) in ("of the army four five six", "army four five six of the")


def test_specks_cost_little_and_take_no_words_place() -> None:
    cells = align(["stalin", "said"], ["", "stalin", "", "", "said"])
    assert [cell.tie.value for cell in cells] == ["right", "word", "right", "right", "word"]


def test_specks_are_no_anchor() -> None:
    cells = align(["", "", "", "army"], ["army", "", "", ""])
    assert Cell(Tie.WORD, 3, 4, 0, 1) in cells


def test_a_speck_may_be_a_thin_letter() -> None:
    assert align(["when", "i", "came"], ["when", "", "came"])[1] == Cell(Tie.WORD, 1, 2, 1, 2)


def test_nothing_on_one_side() -> None:
    assert align([], []) == []
    assert [cell.tie for cell in align(["a", "b"], [])] == [Tie.LEFT, Tie.LEFT]
    assert [cell.tie for cell in align([], ["a", "b"])] == [Tie.RIGHT, Tie.RIGHT]


# Speed


def long_text(words: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    lexicon = [
        "".join(chance.choices("abcdefghilmnoprstu", k=n)) for n in range(2, 10) for _ in "x" * 99
    ]
    return chance.choices(lexicon, k=words)


def noisy(words: list[str], share: float) -> list[str]:
    """As a poor reading gives them: misread, dropped, split, with specks between."""
    chance = random.Random(2)
    read: list[str] = []
    for text in words:
        if chance.random() > share:
            read.append(text)
            continue
        at = chance.randrange(len(text))
        read += chance.choice(
            [
                [],
                [text[:at] + "x" + text[at + 1 :]],
                [text[:at], text[at:]],
                [text, ""],
                ["xx", text],
            ]
        )
    return read


@pytest.mark.parametrize("share", [0.05, 0.3, 0.7])
def test_thousands_of_noisy_words_take_seconds(share: float) -> None:
    left = long_text(4000)
    right = noisy(left, share)
    begun = time.perf_counter()
    cells = align(left, right)
    assert time.perf_counter() - begun < 20
    same = sum(
        left[cell.left : cell.left_end] == right[cell.right : cell.right_end] for cell in cells
    )
    assert same > (1 - share) * len(left) * 0.98


@pytest.mark.parametrize("words", [1900, 6000])
def test_two_unrelated_texts_take_seconds(words: int) -> None:
    left, right = long_text(words, seed=3), [text[::-1] for text in long_text(words, seed=4)]
    begun = time.perf_counter()
    align(left, right)
    assert time.perf_counter() - begun < 20


# The forms of a word


@given(st.text(max_size=12))
@example("e\u200b\u0301")
@example("ſ\u0323")
@example("'\u00ad'")
@example("\u1fef\u1ffd")
def test_a_form_is_its_own_form(text: str) -> None:
    assert form(form(text)) == form(text)


@given(st.text(max_size=12))
@example("e\u200b\u0301")
def test_how_a_text_is_composed_makes_no_difference(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert form(text) == form(decomposed)
    assert key(text) == key(decomposed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("officer", "oﬃcer"),
        ("flag", "ﬂag"),
        ("Congress", "Congreſs"),
        ("People's", "People’s"),
        ('"Jews"', "“Jews”"),
        ('"Jews"', "''Jews''"),
        ('"Jews"', "«Jews»"),
        ("a--b", "a—b"),
        ("1938-39", "1938–39"),
        ("caf\u00e9", "cafe\u0301"),
        ("co\u00adoperate", "cooperate"),
        ("and...", "and…"),
    ],
)
def test_variants_of_the_printer_are_one_form(one: str, other: str) -> None:
    assert form(one) == form(other)
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Copy", "copy"),
        ("its", "it's"),
        ("1938", "1939"),
        ("resume", "résumé"),
        ("well-known", "wellknown"),
    ],
)
def test_what_a_form_keeps_apart(one: str, other: str) -> None:
    assert form(one) != form(other)


# Letters whose capital is another letter's as well.
_UNPAIRED = "ıİŉſǰµ"
letters = st.text(
    st.characters(max_codepoint=0x24F, categories=("L", "N"), exclude_characters=_UNPAIRED)
)


@given(letters)
def test_a_key_ignores_case(text: str) -> None:
    assert key(text) == key(text.upper()) == key(text.lower()) == key(text.swapcase())


@given(letters, st.sampled_from("'’\"“”«»-–—.,;:!?()[]"), st.integers(0, 9))
def test_a_key_ignores_quotes_dashes_and_stops(text: str, sign: str, at: int) -> None:
    if text:
        assert key(text[:at] + sign + text[at:]) == key(text)


@given(st.text(max_size=12))
def test_equal_forms_have_equal_keys(text: str) -> None:
    assert key(form(text)) == key(text)


@pytest.mark.parametrize("sign", ["&", "%", "£", "$", "+"])
def test_a_sign_that_is_read_as_a_word_stands_for_itself(sign: str) -> None:
    assert key(sign) == sign
    assert key(f"{sign}.") == sign
    assert key(f"5{sign}") == "5"


def test_vowel_signs_are_part_of_a_word() -> None:
    assert key("किताब") != key("कतब")


@given(word, word)
def test_similarity_is_a_share(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert (similarity(one, other) == 1) == (one == other)
