"""What anybody can do in ten lines: Tesseract's text against the transcript, by difflib.

    python benchmarks/naive.py TRANSCRIPT IMAGE ...

Prints how many places differ. It is the yardstick for the false flags of `collate check`.
"""

from __future__ import annotations

import os
import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import click


def places(transcript: str, images: tuple[Path, ...]) -> int:
    """Number of places at which the words, parted by spaces, differ."""
    read = " ".join(
        subprocess.run(
            ["tesseract", image, "-"],
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for image in images
    )
    matcher = SequenceMatcher(None, transcript.split(), read.split(), autojunk=False)
    return sum(tag != "equal" for tag, *_ in matcher.get_opcodes())


@click.command()
@click.argument("transcript", type=click.Path(exists=True, path_type=Path))
@click.argument("images", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def main(transcript: Path, images: tuple[Path, ...]) -> None:
    """Count the places at which TRANSCRIPT and the text read from IMAGES differ."""
    click.echo(places(transcript.read_text(encoding="utf-8"), images))


if __name__ == "__main__":
    main()
