"""A collation as text for a terminal or a pipe."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from collate.model import Collation, Difference, DifferenceClass

CARET = "‸"  # where the transcript has nothing
CONTEXT = 24  # characters of the transcript shown before and after a place
LONGEST = 60  # characters of a reading
PLACE = "bold reverse"
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STYLES = {
    DifferenceClass.OMISSION: "red",
    DifferenceClass.ADDITION: "green",
    DifferenceClass.SUBSTITUTION: "blue",
    DifferenceClass.TRANSPOSITION: "magenta",
    DifferenceClass.REPETITION: "yellow",
    DifferenceClass.MARK: "yellow",
    DifferenceClass.FURNITURE: "dim",
    DifferenceClass.LAYOUT: "dim",
    DifferenceClass.UNREADABLE: "magenta",
}


def show(collation: Collation, console: Console, *, slips: bool = False) -> None:
    """Print a summary and the differences, in the order of their ranking.

    Args:
        collation: what to report.
        console: where to print it.
        slips: also list places where only the reader slipped.
    """
    shown = [
        (rank, each) for rank, each in enumerate(collation.differences, 1) if slips or each.flagged
    ]
    console.print(_summary(collation))
    if not shown:
        console.print("Nothing to look at.")
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("p.", justify="right", no_wrap=True)
    table.add_column("l.", justify="right", no_wrap=True)
    table.add_column("difference", min_width=13, ratio=3)
    table.add_column("transcript", ratio=6, overflow="fold")
    table.add_column("scan", ratio=3, overflow="fold")
    table.add_column("prob.", justify="right", no_wrap=True)
    for rank, each in shown:
        table.add_row(
            str(rank),
            str(each.page),
            str(each.line or ""),
            _name(each),
            _place(each),
            Text(_short(_plain(each.scan))),
            percent(each.probability),
        )
    console.print(table)


def _summary(collation: Collation) -> Text:
    coverage, flagged = collation.coverage, collation.flagged
    slips = len(collation.differences) - len(flagged)
    counts = Counter(each.cls for each in flagged)
    verified = (
        f"{_count(len(collation.pages), 'page')}, "
        f"{coverage.verified:,} of {_count(coverage.tokens, 'word')} of the transcript "
        f"verified against the ink ({share(coverage.verified, coverage.tokens)})"
    )
    read = ", ".join(
        f"page {page.page} {share(page.matched, page.read)}" for page in coverage.pages
    )
    classes = ", ".join(f"{cls} {counts[cls]}" for cls in DifferenceClass if counts[cls])
    lines = [
        _plain(collation.transcript.path.name),
        verified,
        f"words read that stand in the transcript: {read}" if read else "",
        f"{_count(len(flagged), 'difference')} to look at" + (f": {classes}" if classes else ""),
        f"{slips} more judged to be no departure (--slips)" if slips else "",
    ]
    summary = Text("\n".join(line for line in lines if line))
    summary.stylize("bold", 0, len(lines[0]))
    return summary


def percent(probability: float) -> str:
    """A probability for the eye: never 0% or 100%."""
    return f"{min(max(round(probability * 100), 1), 99)}%"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent, rounded down, so that 100% means all.

    >>> share(999, 1000), share(9999, 10000), share(7, 7), share(0, 0)
    ('99.9%', '99.9%', '100%', '0%')
    """
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths / 10:.1f}%" if tenths % 1000 else f"{tenths // 10}%"


def _name(difference: Difference) -> Text:
    style = STYLES[difference.cls]
    return Text.assemble((difference.cls.value, style), "\n", (_plain(difference.kind), "dim"))


def _place(difference: Difference) -> Text:
    """The place with the words around it, marked by signs too, as a pipe has no colours."""
    before, after = _plain(difference.before), _plain(difference.after)
    if len(before) > CONTEXT:
        before = "…" + before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0] + "…"
    text = difference.transcript.text
    place = f"‹{_short(_plain(text) if text.strip() else '¶')}›" if text else CARET
    return Text.assemble(before, (place, PLACE), after)


def _short(text: str) -> str:
    """`text`, without its middle where it is long."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"


def _plain(text: str) -> str:
    """`text` on one line, and without signs that would steer a terminal."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign) == "Cc" or sign in BIDI else sign
        for sign in re.sub(r"\s+", " ", text)
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
