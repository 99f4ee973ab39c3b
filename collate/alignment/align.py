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
from itertools import accumulate, groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

GAP = 0.55  # cost of a word that has no counterpart
SPECK = 0.15  # the same for a "word" without letter or digit
UNLIKE = 0.35  # cost of setting two words together that share nothing, beyond 1 - similarity
SWAP = 0.5
LIKE = 0.6  # likeness from which a misread word may be one of two that changed places
THIN = frozenset("il1")
THINNED = 0.6  # cost of setting one of these against a speck
JOIN = 0.12  # cost of reading one word as several
UNJOIN = 3.0  # the same for each share in which they then differ
JOINED = 0.8  # how alike they must be, joined
NEIGHBOURS, TRUSTED = 8, 5  # cells to either side, and how many of all must agree
FEW = 5  # pairs that may stand alone without being suspected
LARGEST = 4_000_000  # cells of a table; beyond it the shared words alone decide

Costs = NDArray[np.float32]


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

    The spans of the cells, joined, give back both lists whole and in order. Of
    two equal words one after the other, the second is the one that is too many.
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
    return _move_gaps_on(_without_chance(cells, left, right), left, right)


def _without_chance(cells: Sequence[Cell], left: Sequence[str], right: Sequence[str]) -> list[Cell]:
    """Part again what was paired by chance, where one side has nothing to set against the other.

    Where a page is missing, its many words would else be paired with the few of
    a stamp. A pair is trusted in a run of three, or if enough of its neighbours
    agree.
    """
    trusted = _trusted([_is_alike(cell, left, right) for cell in cells])
    kept: list[Cell] = []
    start = 0
    while start < len(cells):
        end = start
        while end < len(cells) and not trusted[end]:
            end += 1
        lost = cells[start:end]
        pairs = sum(cell.tie in (Tie.WORD, Tie.SWAP) for cell in lost)
        if len(lost) > NEIGHBOURS and pairs > FEW:
            first, last = lost[0], lost[-1]
            kept += [_gap(Tie.LEFT, i, first.right) for i in range(first.left, last.left_end)]
            kept += [_gap(Tie.RIGHT, last.left_end, j) for j in range(first.right, last.right_end)]
        else:
            kept += lost
        kept += cells[end : end + 1]
        start = end + 1
    return kept


def _trusted(agreed: Sequence[bool]) -> list[bool]:
    counts = [0, *accumulate(agreed)]
    trusted = []
    for same, run in groupby(range(len(agreed)), key=lambda number: agreed[number]):
        places = list(run)
        for number in places:
            low, high = max(number - NEIGHBOURS, 0), min(number + NEIGHBOURS + 1, len(agreed))
            around = counts[high] - counts[low]
            trusted.append(same and (len(places) >= 3 or around > TRUSTED))
    return trusted


def _is_alike(cell: Cell, left: Sequence[str], right: Sequence[str]) -> bool:
    one = "".join(left[cell.left : cell.left_end])
    other = "".join(right[cell.right : cell.right_end])
    return cell.tie is Tie.SWAP or (cell.tie is Tie.WORD and similarity(one, other) >= 0.5)


def _move_gaps_on(cells: Sequence[Cell], left: Sequence[str], right: Sequence[str]) -> list[Cell]:
    """Move each run of missing words as far on as equal words allow.

    In "of the A and of the B" against "of the B", what is missing is either
    "of the A and" or "A and of the". The eye of a copyist jumps from the first
    "of the" to the second, so it is the latter.
    """
    moved: list[Cell] = []
    start = 0
    while start < len(cells):
        tie = cells[start].tie
        end = start + 1
        if tie not in (Tie.LEFT, Tie.RIGHT):
            moved.append(cells[start])
            start = end
            continue
        while end < len(cells) and cells[end].tie is tie:
            end += 1
        i, j = cells[start].left, cells[start].right
        words = left if tie is Tie.LEFT else right
        while end < len(cells) and cells[end].tie is Tie.WORD:
            after, at = cells[end], i if tie is Tie.LEFT else j
            if at == (after.left if tie is Tie.LEFT else after.right):
                break  # nothing but specks is left to move
            if not words[at]:  # a speck stays where it is
                moved.append(_gap(tie, i, j))
            elif _is_one(after) and words[at] == left[after.left] == right[after.right]:
                moved.append(Cell(Tie.WORD, i, i + 1, j, j + 1))
                i, j, end = i + 1, j + 1, end + 1
                continue
            else:
                break
            i, j = moved[-1].left_end, moved[-1].right_end
        last = cells[end - 1]
        while (i, j) != (last.left_end, last.right_end):
            moved.append(_gap(tie, i, j))
            i, j = moved[-1].left_end, moved[-1].right_end
        start = end
    return moved


def _gap(tie: Tie, i: int, j: int) -> Cell:
    return Cell(tie, i, i + (tie is Tie.LEFT), j, j + (tie is Tie.RIGHT))


def _is_one(cell: Cell) -> bool:
    return cell.left_end - cell.left == 1 == cell.right_end - cell.right


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
        if len(span) == 1 and _is_swapped(left, right, block.src_start, block.dest_start):
            continue
        if sum(map(bool, span)) >= 3 or unique:
            anchors.append((block.src_start, block.dest_start, len(span)))
    return anchors


def _is_swapped(left: Sequence[str], right: Sequence[str], i: int, j: int) -> bool:
    """Whether a word that both have stands on the other side of the same neighbour."""
    before = i > 0 and j + 1 < len(right) and left[i - 1] == right[j + 1] != left[i]
    after = j > 0 and i + 1 < len(left) and left[i + 1] == right[j - 1] != left[i]
    return before or after


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
_DOWN, _ALONG = 1, 2  # of these, a word on one side only


def _exact(left: Sequence[str], right: Sequence[str]) -> list[Cell]:
    """The cheapest alignment of all, by dynamic programming over the whole table.

    A row at a time: every way but one comes from the rows above; the last, a
    gap along the row, is a running minimum.
    """
    rows, columns = len(left), len(right)
    costs = _costs(left, right)
    gap_right = np.array([GAP if word else SPECK for word in right], np.float32)
    along = np.concatenate(([0.0], np.cumsum(gap_right, dtype=np.float64)))
    table = np.full((rows + 1, columns + 1), np.inf)
    came = np.full((rows + 1, columns + 1), _ALONG, np.int8)
    table[0] = along
    for i in range(1, rows + 1):
        best = table[i - 1] + (GAP if left[i - 1] else SPECK)
        came[i] = _DOWN
        for way, cost in costs.items():
            down, across, _ = _WAYS[way]
            if down <= i:
                ways = table[i - down, :-across] + cost[i - down]
                better = np.flatnonzero(ways < best[across:])
                best[across + better] = ways[better]
                came[i, across + better] = way
        level = best - along
        least = np.minimum.accumulate(level)
        came[i, least < level] = _ALONG
        table[i] = np.where(least < level, least + along, best)
    cells: list[Cell] = []
    i, j = rows, columns
    while i or j:
        down, across, tie = _WAYS[came[i, j]]
        cells.append(Cell(tie, i - down, i, j - across, j))
        i, j = i - down, j - across
    return cells[::-1]


def _costs(left: Sequence[str], right: Sequence[str]) -> dict[int, Costs]:
    """For each way that takes words on both sides its costs, by where it starts.

    A way that no two places allow is left out.
    """
    costs = {}
    for way, (down, across, tie) in enumerate(_WAYS):
        if not down or not across or down > len(left) or across > len(right):
            continue
        if tie is Tie.SWAP:
            cost = _swap_costs(left, right)
        elif down == across:
            cost = _pair_costs(left, right)
        else:
            cost = _join_costs(_joined(left, down), _joined(right, across))
        if np.isfinite(cost).any():
            costs[way] = cost
    return costs


def _pair_costs(left: Sequence[str], right: Sequence[str]) -> Costs:
    alike = _likeness(left, right)
    costs = np.where(alike == 1.0, 0.0, UNLIKE + (1 - UNLIKE) * (1 - alike)).astype(np.float32)
    # A speck stands for no word, but for a thin letter: "I" is often read as "|".
    one, other = (np.array([bool(word) for word in side]) for side in (left, right))
    costs[one[:, None] != other[None, :]] = np.inf
    one_thin, other_thin = (np.array([word in THIN for word in side]) for side in (left, right))
    costs[one_thin[:, None] & ~other[None, :]] = THINNED
    costs[~one[:, None] & other_thin[None, :]] = THINNED
    return costs


def _swap_costs(left: Sequence[str], right: Sequence[str]) -> Costs:
    """Cost of two neighbours in the other order, by the first of them."""
    alike = _likeness(left, right)
    crossed = np.minimum(alike[:-1, 1:], alike[1:, :-1])
    swapped = crossed >= LIKE
    words = np.array([bool(a) and bool(b) and a != b for a, b in pairwise(left)])
    costs = SWAP + 2 * (1 - crossed)
    return np.where(swapped & words[:, None], costs, np.inf).astype(np.float32)


def _joined(words: Sequence[str], many: int) -> list[str]:
    """Each run of `many` words as one; none without letters may take part."""
    runs = (words[start : start + many] for start in range(len(words) - many + 1))
    return ["".join(run) if all(run) else "" for run in runs]


def _join_costs(left: Sequence[str], right: Sequence[str]) -> Costs:
    """Cost of reading one word as several, written as one on both sides."""
    one, other = (np.array([len(text) for text in side]) for side in (left, right))
    alike = _likeness(left, right)
    allowed = (alike > JOINED) & (np.abs(one[:, None] - other[None, :]) <= 2)
    allowed &= (one > 0)[:, None] & (other > 0)[None, :]
    return np.where(allowed, JOIN + UNJOIN * (1 - alike), np.inf).astype(np.float32)


def _likeness(left: Sequence[str], right: Sequence[str]) -> Costs:
    """`similarity` of each on the left with each on the right."""
    return process.cdist(
        left, right, scorer=Levenshtein.normalized_similarity, dtype=np.float32
    ).astype(np.float32)


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
