"""Errors as copyists make them, put into a true text at known places."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

APART = 8  # words between two errors, so that each stands alone


@dataclass(frozen=True, slots=True)
class Slip:
    """One error that was put into a transcript.

    Attributes:
        kind: as in `KINDS`.
        classes: the classes of difference that name it rightly.
        start, end: its place in the text with errors; equal where words are missing.
        true: what the true text has there.
        false: what the text with errors has.
    """

    kind: str
    classes: tuple[str, ...]
    start: int
    end: int
    true: str
    false: str


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with the places of its words and lines."""

    text: str
    words: tuple[tuple[int, int], ...]

    def word(self, number: int) -> str:
        start, end = self.words[number]
        return self.text[start:end]


# An edit: replace text[start:end] by this.
_Edit = tuple[int, int, str]

_NEAR = {
    "form": "from",
    "from": "form",
    "was": "has",
    "has": "was",
    "had": "has",
    "not": "now",
    "now": "not",
    "of": "or",
    "or": "of",
    "on": "in",
    "in": "on",
    "is": "as",
    "as": "is",
    "their": "there",
    "there": "their",
    "this": "thus",
    "that": "than",
    "than": "that",
    "then": "them",
    "them": "then",
    "were": "where",
    "where": "were",
    "be": "he",
    "he": "be",
    "our": "out",
    "out": "our",
    "one": "once",
    "been": "seen",
    "made": "make",
    "these": "those",
    "those": "these",
    "would": "could",
    "could": "would",
    "its": "it",
    "any": "my",
}
_FAR = [
    "house",
    "river",
    "seven",
    "garden",
    "window",
    "morning",
    "bright",
    "carry",
    "letter",
    "winter",
    "silver",
    "never",
]
_ADDED = ["very", "also", "only", "such", "quite", "indeed", "much", "still", "even", "rather"]
_MODERN = {
    "to-day": "today",
    "to-morrow": "tomorrow",
    "connexion": "connection",
    "shew": "show",
    "shewn": "shown",
    "colour": "color",
    "honour": "honor",
    "labour": "labor",
    "favour": "favor",
    "organised": "organized",
    "realise": "realize",
    "centre": "center",
    "defence": "defense",
    "any one": "anyone",
    "some one": "someone",
    "every one": "everyone",
}
_SHORT = {
    "Mr.": "Mister",
    "Dr.": "Doctor",
    "St.": "Saint",
    "No.": "Number",
    "Gen.": "General",
    "&": "and",
    "etc.": "et cetera",
    "Govt.": "Government",
    "Co.": "Company",
}
_NEGATIONS = {"not", "no", "never", "nor", "neither", "none", "without"}


def insert_slips(text: str, kinds: list[str], seed: int) -> tuple[str, tuple[Slip, ...]]:
    """Put one error of each of `kinds` into a text, as far as it has places for them.

    The errors stand at least `APART` words from each other and from the ends.

    Returns:
        The text with errors, and the errors in order of their places.
    """
    rng = random.Random(seed)
    source = _Text(text, tuple(match.span() for match in re.finditer(r"\S+", text)))
    taken: list[range] = []
    edits: list[tuple[str, _Edit]] = []
    for kind in kinds:
        places = list(KINDS[kind].places(source))
        rng.shuffle(places)
        for first, last in places:
            room = range(first - APART, last + APART)
            if first < 3 or last > len(source.words) - 3:
                continue
            if any(room.start < other.stop and other.start < room.stop for other in taken):
                continue
            edit = KINDS[kind].edit(source, first, last, rng)
            if edit is not None:
                taken.append(range(first, last))
                edits.append((kind, edit))
                break
    return _applied(text, sorted(edits, key=lambda each: each[1]))


def _applied(text: str, edits: list[tuple[str, _Edit]]) -> tuple[str, tuple[Slip, ...]]:
    pieces: list[str] = []
    slips: list[Slip] = []
    length = position = 0
    for kind, (start, end, false) in edits:
        pieces += [text[position:start], false]
        length += start - position
        slips.append(
            Slip(kind, KINDS[kind].classes, length, length + len(false), text[start:end], false)
        )
        length += len(false)
        position = end
    pieces.append(text[position:])
    return "".join(pieces), tuple(slips)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of error.

    Attributes:
        places: spans of words at which it can be made.
        edit: makes it at one of them; None where it cannot be made after all.
    """

    classes: tuple[str, ...]
    places: Callable[[_Text], Iterator[tuple[int, int]]]
    edit: Callable[[_Text, int, int, random.Random], _Edit | None]


def _plain(source: _Text, number: int, least: int = 1) -> bool:
    """Whether a word is nothing but letters, and so are its neighbours on its line."""
    if not 0 < number < len(source.words) - 1:
        return False
    start, end = source.words[number]
    before, after = source.words[number - 1][1], source.words[number + 1][0]
    on_line = "\n" not in source.text[before:start] + source.text[end:after]
    return on_line and end - start >= least and source.text[start:end].isalpha()


def _plain_words(least: int) -> Callable[[_Text], Iterator[tuple[int, int]]]:
    def places(source: _Text) -> Iterator[tuple[int, int]]:
        return ((n, n + 1) for n in range(len(source.words)) if _plain(source, n, least))

    return places


def _words_that(fits: Callable[[str], bool]) -> Callable[[_Text], Iterator[tuple[int, int]]]:
    def places(source: _Text) -> Iterator[tuple[int, int]]:
        return ((n, n + 1) for n in range(len(source.words)) if fits(source.word(n)))

    return places


def _pairs(source: _Text) -> Iterator[tuple[int, int]]:
    for n in range(len(source.words) - 1):
        if _plain(source, n) and _plain(source, n + 1) and source.word(n) != source.word(n + 1):
            yield n, n + 2


def _between_like_words(source: _Text) -> Iterator[tuple[int, int]]:
    """Runs of 5 to 14 words after a word that comes again at the run's end."""
    for n in range(len(source.words)):
        for m in range(n + 5, min(n + 14, len(source.words))):
            if len(source.word(n)) > 2 and source.word(n) == source.word(m):
                yield n + 1, m + 1
                break


def _sentence_pairs(source: _Text) -> Iterator[tuple[int, int]]:
    """Two sentences of 5 to 25 words, one after the other."""
    ends = [n + 1 for n in range(len(source.words)) if source.word(n).endswith((".", "?", "!"))]
    for first, middle, last in zip(ends, ends[1:], ends[2:], strict=False):
        if 5 <= middle - first <= 25 and 5 <= last - middle <= 25:
            yield first, last


def _drop(source: _Text, first: int, last: int, _: random.Random) -> _Edit:
    return source.words[first][0], source.words[last][0], ""


def _double(source: _Text, first: int, last: int, _: random.Random) -> _Edit:
    end = source.words[last - 1][1]
    return end, end, " " + source.word(first)


def _add(source: _Text, first: int, _last: int, rng: random.Random) -> _Edit:
    end = source.words[first][1]
    return end, end, " " + rng.choice(_ADDED)


def _from(table: dict[str, str]) -> Callable[[_Text, int, int, random.Random], _Edit]:
    def edit(source: _Text, first: int, _last: int, _rng: random.Random) -> _Edit:
        start, end = source.words[first]
        return start, end, table[source.word(first)]

    return edit


def _far(source: _Text, first: int, _last: int, rng: random.Random) -> _Edit:
    start, end = source.words[first]
    return start, end, rng.choice([word for word in _FAR if word != source.word(first)])


def _digit(source: _Text, first: int, _last: int, rng: random.Random) -> _Edit:
    start, end = source.words[first]
    word = source.word(first)
    at = rng.choice([n for n, sign in enumerate(word) if sign.isdigit()])
    other = rng.choice([sign for sign in "0123456789" if sign != word[at]])
    return start, end, word[:at] + other + word[at + 1 :]


def _letter(source: _Text, first: int, _last: int, rng: random.Random) -> _Edit:
    """Change, leave out, double or exchange a letter inside a word."""
    start, end = source.words[first]
    word = source.word(first)
    at = rng.randrange(1, len(word) - 1)
    other = rng.choice([sign for sign in "abcdefghiklmnoprstuvwy" if sign != word[at].lower()])
    ways = [
        word[:at] + other + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    return start, end, rng.choice([way for way in ways if way != word])


def _case(source: _Text, first: int, _last: int, _rng: random.Random) -> _Edit:
    start, end = source.words[first]
    word = source.word(first)
    return start, end, word[0].swapcase() + word[1:]


def _punctuation(source: _Text, first: int, _last: int, rng: random.Random) -> _Edit:
    start, end = source.words[first]
    word = source.word(first)
    return start, end, word[:-1] + (rng.choice([";", ""]) if word[-1] in ",." else word[-1] + ",")


def _swap(source: _Text, first: int, last: int, _: random.Random) -> _Edit:
    start, end = source.words[first][0], source.words[last - 1][1]
    gap = source.text[source.words[first][1] : source.words[first + 1][0]]
    return start, end, source.word(first + 1) + gap + source.word(first)


def _move(source: _Text, first: int, last: int, _: random.Random) -> _Edit:
    ends = [n + 1 for n in range(first, last) if source.word(n).endswith((".", "?", "!"))]
    one, other = source.words[first][0], source.words[ends[0]][0]
    end = source.words[last - 1][1]
    gap = source.text[source.words[ends[0] - 1][1] : other]
    return one, end, source.text[other:end] + gap + source.text[one : other - len(gap)]


def _sic(source: _Text, first: int, _last: int, _rng: random.Random) -> _Edit:
    end = source.words[first][1]
    return end, end, " [sic]"


KINDS: dict[str, _Kind] = {
    "dropped word": _Kind(("omission",), _plain_words(3), _drop),
    "dropped line": _Kind(("omission",), _between_like_words, _drop),
    "doubled word": _Kind(("repetition", "addition"), _plain_words(2), _double),
    "added word": _Kind(("addition",), _plain_words(1), _add),
    "near word": _Kind(("substitution",), _words_that(_NEAR.__contains__), _from(_NEAR)),
    "far word": _Kind(("substitution",), _plain_words(3), _far),
    "changed digit": _Kind(
        ("substitution",), _words_that(lambda word: any(map(str.isdigit, word))), _digit
    ),
    "changed name": _Kind(
        ("substitution",),
        _words_that(lambda word: word.isalpha() and word.istitle() and len(word) > 4),
        _letter,
    ),
    "changed letter": _Kind(("substitution",), _plain_words(4), _letter),
    "modern spelling": _Kind(("substitution",), _words_that(_MODERN.__contains__), _from(_MODERN)),
    "lost negation": _Kind(("omission",), _words_that(_NEGATIONS.__contains__), _drop),
    "swapped words": _Kind(("transposition",), _pairs, _swap),
    "moved sentence": _Kind(("transposition",), _sentence_pairs, _move),
    "case": _Kind(("substitution",), _plain_words(3), _case),
    "punctuation": _Kind(
        ("substitution",), _words_that(lambda word: word[:-1].isalpha()), _punctuation
    ),
    "written out": _Kind(
        ("substitution", "addition"), _words_that(_SHORT.__contains__), _from(_SHORT)
    ),
    "wrong sic": _Kind(("mark",), _plain_words(3), _sic),
}
