"""The command `collate`: parse, call, print, exit."""

from __future__ import annotations

import functools
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from collate import doctor, pipeline
from collate.errors import CollateError, ExitCode, OutputError
from collate.model import Collation, DifferenceClass
from collate.report import document, html, terminal

# Every page of a collection has furniture; that it is left out is the rule.
WORTH_FAILING = tuple(
    cls.value
    for cls in DifferenceClass
    if cls not in (DifferenceClass.FURNITURE, DifferenceClass.LAYOUT)
)


def ends_with_exit_code(command: Callable[..., ExitCode]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code and a message."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except CollateError as error:
            click.echo(f"collate: {error.problem}\n         {error.remedy}", err=True)
            code = error.exit_code
        except KeyboardInterrupt:
            click.echo("collate: stopped; no report was left half written.", err=True)
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = ExitCode.BROKEN_PIPE
        except click.ClickException:
            raise
        except Exception as error:
            if os.environ.get("COLLATE_TRACEBACK"):
                raise
            what = f"{type(error).__name__}: {error}"
            click.echo(
                f"collate: an error in collate itself ({what}).\n"
                "         Please report it; COLLATE_TRACEBACK=1 shows where it happened.",
                err=True,
            )
            code = ExitCode.INTERNAL
        sys.exit(code)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(pipeline.collate_version(), prog_name="collate")
def main() -> None:
    """Check published transcripts against the scans of their originals."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack our signs
            stream.reconfigure(errors="replace")


@main.command()
@click.argument("scans", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder for report.html and report.json.  [default: the current folder]",
)
@click.option(
    "--json",
    "json_to",
    metavar="FILE",
    help="Write the JSON report to FILE or -, and the others only to a given --output.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@click.option("--slips", is_flag=True, help="Show what is only the reader's slip, too.")
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice([cls.value for cls in DifferenceClass]),
    help="Exit with 1 only for these classes; give it several times.  "
    "[default: all but furniture and layout]",
)
@click.option(
    "--second-reading/--no-second-reading",
    default=True,
    help="Whether to go back to the ink where scan and transcript differ.",
)
@click.option("--lang", default="eng", show_default=True, help="Tesseract's languages, as rus+eng.")
@click.option("--dpi", type=click.IntRange(50, 2400), help="The scan's true resolution.")
@click.option("--encoding", help="The transcript's encoding, where it cannot be told.")
@ends_with_exit_code
def check(
    scans: tuple[Path, ...],
    transcript: Path,
    output: Path | None,
    json_to: str | None,
    quiet: bool,
    slips: bool,
    fail_on: tuple[str, ...],
    second_reading: bool,
    lang: str,
    dpi: int | None,
    encoding: str | None,
) -> ExitCode:
    """Compare SCANS (images or folders, in page order) with TRANSCRIPT.

    Writes report.html and report.json, prints what was found, and exits with
    0 where there is nothing to look at, 1 where there is.
    """
    targets = {} if json_to in (None, "-") else {Path(json_to): document.dumps}
    if output is not None or json_to is None:
        folder = output or Path()
        targets |= {folder / "report.html": html.render, folder / "report.json": document.dumps}
    for target in targets:
        _check_writable(target)
    notices = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    with _progress(notices) as progress:
        task = progress.add_task("reading", total=None)
        collation = pipeline.check(
            scans,
            transcript,
            lang=lang,
            dpi=dpi,
            encoding=encoding,
            second_reading=second_reading,
            started=lambda pages: progress.update(task, total=pages),
            done=lambda _: progress.advance(task),
        )
    texts = {target: written(collation) for target, written in targets.items()}
    for target, text in texts.items():
        _write(target, text)
    if json_to == "-":
        click.echo(_bytes(document.dumps(collation)), nl=False)
    elif not quiet:
        terminal.show(collation, Console(), slips=slips)
        click.echo(f"\nReport: {', '.join(map(str, targets))}")
    return _exit_code(collation, fail_on or WORTH_FAILING)


@main.command("doctor")
@click.option("--lang", default="eng", show_default=True, help="Tesseract's languages to look for.")
@ends_with_exit_code
def examine(lang: str) -> ExitCode:
    """Say what is installed, what is missing, and the command that installs it."""
    findings = doctor.examine(lang)
    for finding in findings:
        click.echo(f"{'ok ' if finding.found else '-- '} {finding.name}  {finding.found}".rstrip())
        if finding.remedy:
            click.echo(f"    {finding.remedy}")
    return ExitCode.SAME if all(each.found for each in findings) else ExitCode.NO_READER


@main.command("schema")
@ends_with_exit_code
def print_schema() -> ExitCode:
    """Print the JSON Schema of report.json."""
    click.echo(json.dumps(document.schema(), indent=2))
    return ExitCode.SAME


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _exit_code(collation: Collation, fail_on: tuple[str, ...]) -> ExitCode:
    grave = any(each.cls.value in fail_on for each in collation.flagged)
    return ExitCode.DIFFERENT if grave else ExitCode.SAME


def _check_writable(path: Path) -> None:
    """Find out before the pages are read whether a report can be written in the end."""
    try:
        is_folder = path.is_dir()
        there = next(parent for parent in path.absolute().parents if parent.exists())
    except OSError as error:
        raise _unwritable(path, str(error.strerror)) from error
    if is_folder:
        raise _unwritable(path, "it is a folder")
    if not there.is_dir():
        raise _unwritable(path, f"{there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unwritable(path, f"no right to write to {there}")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".collate-", delete=False) as file:
            draft = Path(file.name)
            file.write(_bytes(text))
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, str(error)) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _bytes(text: str) -> bytes:
    """UTF-8, whatever the terminal's; a file name that is none is written with escapes."""
    return text.encode("utf-8", "backslashreplace")


def _unwritable(path: Path, why: str) -> OutputError:
    return OutputError(
        f"{path} cannot be written ({why}).", "Choose another place with --output or --json."
    )
