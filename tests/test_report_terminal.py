"""The report in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from collate.model import (
    Box,
    Collation,
    Coverage,
    Difference,
    DifferenceClass,
    Page,
    PageCoverage,
    Span,
    Transcript,
    Verdict,
)
from collate.report import terminal

OMISSION = Difference(
    id="1",
    cls=DifferenceClass.OMISSION,
    kind="word dropped",
    verdict=Verdict.DEPARTS,
    probability=0.97,
    gravity=0.8,
    page=1,
    line=28,
    box=Box(10, 10, 20, 10),
    transcript=Span("", 30, 30),
    before="necessary to set up some ",
    after="liaison whereby plans and future",
    scan="close",
    explanation="",
)
SLIP = replace(
    OMISSION,
    cls=DifferenceClass.SUBSTITUTION,
    kind="another word",
    verdict=Verdict.SLIPPED,
    transcript=Span("modern", 5, 11),
    scan="modem",
)


def shown(*differences: Difference, width: int = 80, slips: bool = False) -> str:
    page = Page(1, Path("scan.png"), 0, 100, 100, None, "ab" * 32)
    transcript = Transcript(Path("letter.txt"), "cd" * 32, "utf-8", "", (), ())
    coverage = Coverage(1000, 999, (PageCoverage(1, 20, 19),))
    console = Console(file=io.StringIO(), width=width)
    collation = Collation((page,), transcript, (), differences, coverage, "collate 0.1.0", ())
    terminal.show(collation, console, slips=slips)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_summary_tells_coverage_and_counts() -> None:
    head = shown(OMISSION, SLIP).partition("#")[0]
    assert "999 of 1,000 words of the transcript verified against the ink (99.9%)" in head
    assert "page 1 95.0%" in head
    assert "1 difference to look at: omission 1" in head
    assert "1 more judged to be no departure" in head


def test_an_omission_is_a_caret_in_its_context() -> None:
    row = " ".join(shown(OMISSION, width=110).splitlines()[-3].split())
    assert row == "1 1 28 omission …to set up some ‸liaison whereby plans… close 97%"


def test_slips_are_listed_on_demand_and_ranks_stay() -> None:
    assert "modem" not in shown(SLIP, OMISSION)
    assert "‹modern›" in shown(SLIP, OMISSION, slips=True)
    row = next(row for row in shown(SLIP, OMISSION).splitlines() if "close" in row)
    assert row.split()[:4] == ["2", "1", "28", "omission"]


def test_eighty_columns_are_enough() -> None:
    assert max(map(len, shown(OMISSION, SLIP, slips=True).splitlines())) <= 80


def test_documents_steer_neither_rich_nor_the_terminal() -> None:
    hostile = replace(OMISSION, scan="[red]x[/] \x1b[2J \u202e", kind="[/bold]")
    output = shown(hostile, width=200)
    assert "[red]x[/] �[2J �" in output
    assert "[/bold]" in output


def test_nothing_to_look_at() -> None:
    assert "Nothing to look at." in shown()
    assert "Nothing to look at." in shown(SLIP)
