"""What a whole check costs, beside the plain `tesseract` command on the same pages.

    python benchmarks/speed.py [--rounds N]

Each round runs, one after the other: `tesseract` a page at a time, with its own threads and
limited to one; `tesseract` limited to one thread, one process for each core; `collate check`
without second readings; `collate check` whole. Reported are medians of the ratios within a
round, since the time of one run alone says little on a shared machine.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "scans/219945").glob("*.png"))
TRANSCRIPT = ROOT / "transcripts/219945.txt"


def tesseract(page: Path, threads: int | None) -> None:
    """Read one page with the plain command."""
    limit = {"OMP_THREAD_LIMIT": str(threads)} if threads else {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["tesseract", page, Path(folder, "out"), "hocr"],
            env=os.environ | limit,
            check=True,
            capture_output=True,
        )


def one_by_one(threads: int | None = None) -> None:
    """As a user would type it: page after page, with Tesseract's own number of threads."""
    for page in PAGES:
        tesseract(page, threads)


def side_by_side() -> None:
    """One process for each core, one thread each."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda page: tesseract(page, 1), PAGES))


def collate(*options: str) -> None:
    """The whole check, reports written."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "collate", "check", PAGES[0].parent, TRANSCRIPT]
        done = subprocess.run(
            [*command, "--quiet", "--output", folder, *options], check=False, capture_output=True
        )
        if done.returncode not in (0, 1):
            raise click.ClickException(done.stderr.decode())


RUNS: dict[str, Callable[[], None]] = {
    "tesseract, page after page": one_by_one,
    "tesseract, the same with one thread": lambda: one_by_one(1),
    "tesseract, a process for each core": side_by_side,
    "collate, no second reading": lambda: collate("--no-second-reading"),
    "collate": collate,
}


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--json", "json_to", type=click.Path(path_type=Path), help="Write the figures, too.")
def main(rounds: int, json_to: Path | None) -> None:
    """Time the runs side by side and print their ratios."""
    seconds: dict[str, list[float]] = {name: [] for name in RUNS}
    for _ in range(rounds):
        for name, run in RUNS.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    first, second = list(RUNS)[1:3]
    click.echo(f"{'':36}{'seconds':>9}{'× one thread':>14}{'× per core':>12}")
    figures = {}
    for name, times in seconds.items():
        plain, cores = (
            statistics.median(a / b for a, b in zip(times, seconds[base], strict=True))
            for base in (first, second)
        )
        figures[name] = {
            "seconds": round(statistics.median(times), 2),
            "times one thread": round(plain, 2),
            "times a process for each core": round(cores, 2),
        }
        click.echo(f"{name:36}{statistics.median(times):9.2f}{plain:14.2f}{cores:12.2f}")
    if json_to:
        machine = {
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "tesseract": subprocess.check_output(["tesseract", "--version"], text=True).split()[1],
        }
        result = {"pages": len(PAGES), "rounds": rounds, "on": machine, "runs": figures}
        json_to.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
