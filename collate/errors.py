"""What can go wrong, each with the exit code it ends the command with."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """The exit codes of the command, as `docs/cli.md` lists them."""

    SAME = 0
    DIFFERENT = 1
    USAGE = 2
    BAD_SCAN = 3
    BAD_TRANSCRIPT = 4
    NO_READER = 5
    READER_FAILED = 6
    CANNOT_WRITE = 7
    UNRELATED = 8
    INTERNAL = 70  # a fault of ours; Python's own 1 would say "differences"
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class CollateError(Exception):
    """Something `collate` cannot go on from.

    Args:
        problem: what is wrong and where (file, page), as one sentence.
        remedy: what the user can do about it.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class ScanError(CollateError):
    """A scan that is missing, damaged, or no image."""

    exit_code = ExitCode.BAD_SCAN


class TranscriptError(CollateError):
    """A transcript that is missing, empty, or no text."""

    exit_code = ExitCode.BAD_TRANSCRIPT


class ReaderMissing(CollateError):
    """Tesseract, or one of its language packs, is not installed."""

    exit_code = ExitCode.NO_READER


class ReaderFailed(CollateError):
    """Tesseract crashed, hung, or gave something that is no reading."""

    exit_code = ExitCode.READER_FAILED


class OutputError(CollateError):
    """A report that cannot be written."""

    exit_code = ExitCode.CANNOT_WRITE


class UnrelatedError(CollateError):
    """A transcript that is not of this scan."""

    exit_code = ExitCode.UNRELATED
