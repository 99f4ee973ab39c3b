"""Two lists of words → which stands for which.

The transcript is called `left`, the reading of the scan `right`. Exact runs
that both share anchor the alignment; between anchors, word is set against word
by how alike they are, so that a misread word still finds its counterpart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

GAP = 0.55  # cost of a word that has no counterpart
SPECK = 0.15  # the same for a "word" without letter or digit
UNLIKE = 0.35  # cost of setting two words together that share nothing, beyond 1 - similarity
SWAP = 0.5
JOIN = 0.12
LARGEST = 4_000_000  # cells of a table; beyond it the shared words alone decide


class Tie(StrEnum):
    """How the two sides of a cell belong together."""

    WORD = "word"  # one for one, or joined and split: n for m
    SWAP = "swap"  # two neighbours in the other order
    LEFT = "left"  # only on the left
    RIGHT = "right"  # only on the right


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the alignment table: a span of each side, either may be empty."""

    tie: Tie
    left: int
    left_end: int
    right: int
    right_end: int


def align(left: Sequence[str], right: Sequence[str]) -> list[Cell]:
    """Align two lists of keys, as `normal.key` makes them.

    The spans of the cells, joined, give back both lists whole and in order.
    """
    cells: list[Cell] = []
    at_left = at_right = 0
    for begin_left, begin_right, length in _anchors(left, right):
        cells += _between(left, right, at_left, begin_left, at_right, begin_right)
        cells += [
            Cell(Tie.WORD, begin_left + i, begin_left + i + 1, begin_right + i, begin_right + i + 1)
            for i in range(length)
        ]
        at_left, at_right = begin_left + length, begin_right + length
    cells += _between(left, right, at_left, len(left), at_right, len(right))
    return cells


def similarity(left: str, right: str) -> float:
    """How alike two keys are: 1 the same, 0 nothing in common."""
    return Levenshtein.normalized_similarity(left, right)


def _anchors(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int]]:
    """Runs of equal words that are sure to belong together: (left, right, length).

    A single "the" that both sides happen to have proves nothing; a run of
    three does, and so does a word that each side has only once.
    """
    rare_left, rare_right = Counter(left), Counter(right)
    anchors = []
    for block in Indel.opcodes(left, right):
        if block.tag != "equal":
            continue
        span = left[block.src_start : block.src_end]
        unique = any(rare_left[w] == rare_right[w] == 1 and len(w) > 3 for w in span)
        if len(span) >= 3 or unique:
            anchors.append((block.src_start, block.dest_start, len(span)))
    return anchors


def _between(
    left: Sequence[str], right: Sequence[str], i: int, i_end: int, j: int, j_end: int
) -> list[Cell]:
    """Align what lies between two anchors."""
    rows, columns = i_end - i, j_end - j
    if not rows or not columns:
        return [Cell(Tie.LEFT, n, n + 1, j, j) for n in range(i, i_end)] + [
            Cell(Tie.RIGHT, i_end, i_end, n, n + 1) for n in range(j, j_end)
        ]
    if rows * columns > LARGEST:
        return _by_shared_words(left, right, i, i_end, j, j_end)
    cells = _exact(left[i:i_end], right[j:j_end])
    return [Cell(c.tie, c.left + i, c.left_end + i, c.right + j, c.right_end + j) for c in cells]


# A way into a cell of the table: words taken on the left, on the right, and the tie.
_WAYS = (
    (1, 1, Tie.WORD),
    (1, 0, Tie.LEFT),
    (0, 1, Tie.RIGHT),
    (2, 2, Tie.SWAP),
    (1, 2, Tie.WORD),
    (2, 1, Tie.WORD),
    (1, 3, Tie.WORD),
    (3, 1, Tie.WORD),
)


def _exact(left: Sequence[str], right: Sequence[str]) -> list[Cell]:
    """The cheapest alignment of all, by dynamic programming over the whole table."""
    rows, columns = len(left), len(right)
    costs = _pair_costs(left, right)
    gap_left = [GAP if word else SPECK for word in left]
    gap_right = [GAP if word else SPECK for word in right]
    table = np.full((rows + 1, columns + 1), np.inf)
    came = np.zeros((rows + 1, columns + 1), np.int8)
    table[0, 0] = 0.0
    for i in range(rows + 1):
        for j in range(columns + 1):
            if i == j == 0:
                continue
            best, way = np.inf, 0
            for number, (down, across, _) in enumerate(_WAYS):
                if down > i or across > j:
                    continue
                cost = table[i - down, j - across]
                if cost >= best:
                    continue
                if number == 0:
                    cost += costs[i - 1, j - 1]
                elif number == 1:
                    cost += gap_left[i - 1]
                elif number == 2:
                    cost += gap_right[j - 1]
                elif number == 3:
                    cost += _swap_cost(left, right, i, j)
                else:
                    cost += _join_cost(left[i - down : i], right[j - across : j])
                if cost < best:
                    best, way = cost, number
            table[i, j], came[i, j] = best, way
    cells: list[Cell] = []
    i, j = rows, columns
    while i or j:
        down, across, tie = _WAYS[came[i, j]]
        cells.append(Cell(tie, i - down, i, j - across, j))
        i, j = i - down, j - across
    return cells[::-1]


def _pair_costs(left: Sequence[str], right: Sequence[str]) -> NDArray[np.float64]:
    alike = process.cdist(
        left, right, scorer=Levenshtein.normalized_similarity, dtype=np.float64
    ).astype(np.float64)
    costs = np.where(alike == 1.0, 0.0, UNLIKE + (1 - UNLIKE) * (1 - alike))
    # A speck may be a misread "a" or "I", but no longer word, nor the other way around.
    specks_left, short_left = _specks(left)
    specks_right, short_right = _specks(right)
    costs[specks_left[:, None] & ~short_right[None, :]] = np.inf
    costs[~short_left[:, None] & specks_right[None, :]] = np.inf
    return np.asarray(costs, dtype=np.float64)


def _specks(words: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    lengths = np.array([len(word) for word in words])
    return lengths == 0, lengths <= 2


def _swap_cost(left: Sequence[str], right: Sequence[str], i: int, j: int) -> float:
    first, second = left[i - 2 : i]
    swapped = first == right[j - 1] and second == right[j - 2]
    return SWAP if swapped and first and second and first != second else np.inf


def _join_cost(left: Sequence[str], right: Sequence[str]) -> float:
    """Cost of reading one word as several: none without letters may take part."""
    if not all(left) or not all(right):
        return np.inf
    one, several = "".join(left), "".join(right)
    if abs(len(one) - len(several)) > 2:
        return np.inf
    alike = similarity(one, several)
    return JOIN + 2.0 * (1 - alike) if alike > 0.75 else np.inf


def _by_shared_words(
    left: Sequence[str], right: Sequence[str], i: int, i_end: int, j: int, j_end: int
) -> list[Cell]:
    cells: list[Cell] = []
    for block in Indel.opcodes(left[i:i_end], right[j:j_end]):
        a, b = range(i + block.src_start, i + block.src_end), j + block.dest_start
        if block.tag == "equal":
            cells += [Cell(Tie.WORD, n, n + 1, b + k, b + k + 1) for k, n in enumerate(a)]
        elif block.tag == "delete":
            cells += [Cell(Tie.LEFT, n, n + 1, b, b) for n in a]
        else:
            cells += [
                Cell(Tie.RIGHT, a.start, a.start, n, n + 1) for n in range(b, j + block.dest_end)
            ]
    return cells
