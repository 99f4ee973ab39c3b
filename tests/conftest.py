"""What several modules share: the sample at its three severities, collated once."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

import collate
from collate.model import Box, Collation

ROOT = Path(__file__).parents[1]
TRANSCRIPT = ROOT / "transcripts" / "219945.txt"
FOLDERS = {"clean": "219945-clean", "middle": "219945", "hard": "219945-hard"}

# A busy machine is slow at times; how fast something is, is tested where it matters.
settings.register_profile("collate", deadline=None)
settings.load_profile("collate")


@dataclass(frozen=True)
class TrueWord:
    """A word that the facsimile was drawn with, and where it stands."""

    text: str
    box: Box
    page: int
    zone: str
    struck: bool


@dataclass(frozen=True)
class Sample:
    """The sample document at one severity, collated, and the truth about its scan."""

    severity: str
    collation: Collation
    truth: tuple[TrueWord, ...]


@pytest.fixture(scope="session")
def sample_at() -> Callable[[str], Sample]:
    """The sample at a severity (clean, middle, hard); each is read once in a session."""
    return functools.cache(_sample)


def _sample(severity: str) -> Sample:
    path = ROOT / "tests" / "truth" / f"219945-{severity}.json"
    pages = json.loads(path.read_text(encoding="utf-8"))["pages"]
    truth = tuple(
        TrueWord(word["text"], Box(*word["box"]), number, word["zone"], word["struck"])
        for number, page in enumerate(pages, start=1)
        for word in page["words"]
    )
    return Sample(severity, collate.check(ROOT / "scans" / FOLDERS[severity], TRANSCRIPT), truth)
