"""Measure `collate` on scans with known text, beside a naive comparison.

    python benchmarks/fidelity [--part tune|report] [--rounds N] [--json FILE]

Each true text gets errors at known places (`slips.py`), as many transcripts as there are rounds,
and one transcript without any, where every flag is false unless `reviewed.toml` lists it as an
error that the true text itself has. Pages are read once and kept in `.cache/`.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import platform
import sys
import time
import tomllib
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from collate.errors import CollateError
from collate.model import SUBSTANTIVE
from collate.pipeline import collate
from collate.reading import tesseract
from collate.reading.pages import Reading, read_all
from collate.sources import scans, transcripts
from fidelity import material, score
from fidelity.slips import KINDS, insert_slips

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
POOR = 0.10  # word error rate of the reader, above which a page counts as a poor scan


@click.command()
@click.option("--part", type=click.Choice(["tune", "report"]), default="tune", show_default=True)
@click.option("--rounds", default=2, show_default=True, help="Transcripts with errors, per text.")
@click.option("--only", default="", help="Items whose name holds this text.")
@click.option("--show", is_flag=True, help="Tell each miss and false flag (tuning part only).")
@click.option("--json", "json_to", type=click.Path(path_type=Path), help="Write the figures, too.")
def main(part: str, rounds: int, only: str, show: bool, json_to: Path | None) -> None:
    """Measure recall, false flags, ranking and calibration."""
    if show and part == "report":
        raise click.UsageError("Single items of the reporting part are not to be looked at.")
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    known = tomllib.loads((HERE / "reviewed.toml").read_text("utf-8"))
    for item in material.items():
        if item.tuned_on is (part == "tune") and only in item.name:
            _measure(item, rounds, known.get(item.name, {}), tallies, show)
    figures = {name: tally.figures() for name, tally in sorted(tallies.items())}
    for name, figure in figures.items():
        _print(name, figure)
    if json_to:
        made = {
            "part": part,
            "rounds": rounds,
            "on": {
                "machine": platform.machine(),
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "tesseract": tesseract.version(),
            },
            "figures": figures,
        }
        json_to.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


class _Tally:
    """Counts over the pages of one corpus."""

    def __init__(self) -> None:
        self.pages = self.words = self.clean_flags = self.naive_places = self.unrelated = 0
        self.seconds = 0.0
        self.outcomes: list[score.Outcome] = []
        self.judged: list[score.Judged] = []

    def figures(self) -> dict[str, Any]:
        """The figures of this corpus as plain values."""
        kinds: dict[str, dict[str, Any]] = {}
        for kind in KINDS:
            own = [each for each in self.outcomes if each.slip.kind == kind]
            if own:
                kinds[kind] = {
                    "errors": len(own),
                    "recall": round(sum(each.found for each in own) / len(own), 4),
                    "recall, loosely": round(sum(each.near for each in own) / len(own), 4),
                }
        reliability = score.calibration(self.judged)
        total = len(self.outcomes) or 1
        return {
            "pages": self.pages,
            "words": self.words,
            "not judged to be of the scan": self.unrelated,
            "recall": round(sum(each.found for each in self.outcomes) / total, 4),
            "recall, loosely": round(sum(each.near for each in self.outcomes) / total, 4),
            "kinds": kinds,
            "false flags per page": round(self.clean_flags / max(self.pages, 1), 3),
            "false flags per 1000 words": round(1000 * self.clean_flags / max(self.words, 1), 3),
            "naive places per page": round(self.naive_places / max(self.pages, 1), 2),
            "average precision": round(score.average_precision(self.judged), 4),
            "expected calibration error": round(score.calibration_error(reliability), 4),
            "reliability": [[round(a, 3), round(b, 3), n] for a, b, n in reliability],
            "seconds per page, reading excluded": round(self.seconds / max(self.pages, 1), 2),
        }


def _measure(
    item: material.Item,
    rounds: int,
    known: dict[str, list[list[str]]],
    tallies: dict[str, _Tally],
    show: bool,
) -> None:
    readings = _read(item.scan)
    real = [(transcript, scan) for transcript, scan in known.get("errors", [])]
    seen = " ".join(word.text for reading in readings for word in reading.words)
    places = _naive(item.text, seen)
    poor = places > POOR * len(item.text.split())
    tally = tallies[f"{item.corpus}, poor scans" if poor else item.corpus]
    seed = int.from_bytes(hashlib.sha256(item.name.encode()).digest()[:4], "big")
    for turn in range(rounds + 1):
        text, slips = insert_slips(item.text, list(KINDS), seed + turn) if turn else (item.text, ())
        start = time.perf_counter()
        try:
            collation = collate(readings, transcripts.parse(text))
        except CollateError:
            tally.unrelated += 1
            continue
        tally.seconds += (time.perf_counter() - start) / (rounds + 1)
        outcomes = score.outcomes(collation, slips)
        judged = score.judged(collation, slips, real)
        tally.outcomes += outcomes
        tally.judged += judged
        if not turn:
            tally.pages += len(readings)
            tally.words += len(item.text.split())
            tally.naive_places += places
            tally.clean_flags += sum(each.flagged and not each.true for each in judged)
        if show:
            _show(item.name, collation, outcomes, real if not turn else None)


def _show(
    name: str,
    collation: Any,
    outcomes: list[score.Outcome],
    real: list[tuple[str, str]] | None,
) -> None:
    for each in outcomes:
        if not each.found:
            slip = each.slip
            how = "other class or span" if each.near else "missed"
            click.echo(f"  {name}: {how}: {slip.kind}: {slip.true!r} -> {slip.false!r}")
    for each in collation.flagged if real is not None else ():
        pair = each.transcript.text, each.scan
        if each.cls in SUBSTANTIVE and pair not in (real or ()):
            click.echo(f"  {name}: false? {each.cls}/{each.kind} {pair} {each.probability:.2f}")


def _naive(text: str, seen: str) -> int:
    matcher = SequenceMatcher(None, text.split(), seen.split(), autojunk=False)
    return sum(tag != "equal" for tag, *_ in matcher.get_opcodes())


def _read(scan: Path) -> tuple[Reading, ...]:
    """Read a scan, or take what an earlier run with the same code read."""
    digest = hashlib.sha256()
    code = (material.ROOT / "collate/reading").glob("*.py")
    images = sorted(scan.iterdir()) if scan.is_dir() else [scan]
    for path in [*sorted(code), *images]:
        digest.update(path.read_bytes())
    kept = CACHE / digest.hexdigest()
    if kept.exists():
        readings: tuple[Reading, ...] = pickle.loads(kept.read_bytes())
        return readings
    readings = read_all(scans.load([scan]), lang="eng")
    CACHE.mkdir(exist_ok=True)
    kept.write_bytes(pickle.dumps(readings))
    return readings


def _print(name: str, figure: dict[str, Any]) -> None:
    click.echo(
        f"{name}: {figure['pages']} pages, recall {figure['recall']:.3f} "
        f"(loosely {figure['recall, loosely']:.3f}), "
        f"false flags {figure['false flags per page']:.2f} a page "
        f"(naive {figure['naive places per page']:.1f}), average precision "
        f"{figure['average precision']:.3f}, calibration error "
        f"{figure['expected calibration error']:.3f}"
    )
    for kind, of_kind in figure["kinds"].items():
        click.echo(
            f"    {kind:16} {of_kind['recall']:.3f} ({of_kind['recall, loosely']:.3f}) "
            f"of {of_kind['errors']}"
        )


if __name__ == "__main__":
    main()
