"""The command, run as a user runs it: its exit codes, its output, and what it says of failures."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from PIL import Image, ImageDraw, ImageFont

from collate.errors import ExitCode
from collate.report import document

LETTER = """\
I pointed out to the Marshal that real security
existed within the British and American staff. He
said that he was not always so sure that secrets
would be kept. The house in the town had been closed
for some weeks when the letters of June 21 came.
"""
SAME, WITHOUT_SO = LETTER, LETTER.replace("always so sure", "always sure")
OF_ANOTHER = """\
Whales are widely distributed marine mammals; they feed on krill, squid or plankton.
Their ancestors walked upon dry land fifty million years ago, biologists believe.
"""

Run = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """What a run of the command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `collate` in an empty folder; no run may end with a traceback."""
    folder = tmp_path / "work"
    folder.mkdir()

    def run_(*arguments: str | Path, **variables: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "collate", *map(str, arguments)],
            cwd=folder,
            env=os.environ | variables,
            capture_output=True,
            timeout=120,
            check=False,
        )
        ended = Ended(done.returncode, done.stdout, done.stderr.decode())
        assert b"Traceback" not in done.stdout
        assert "Traceback" not in ended.err
        return ended

    return run_


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The letter as a page."""
    path = tmp_path_factory.mktemp("scan") / "letter.png"
    page = Image.new("L", (1400, 700), 255)
    font = ImageFont.load_default(size=44)
    ImageDraw.Draw(page).text((140, 120), LETTER, 0, font, spacing=30)
    page.save(path, dpi=(300, 300))
    return path


@pytest.fixture
def transcript(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "letter.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture(scope="module")
def as_json(scan: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """One run with `--json -` that several tests look at."""
    folder = tmp_path_factory.mktemp("json")
    (folder / "letter.txt").write_text(WITHOUT_SO, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "collate", "check", scan, "letter.txt", "--json", "-"],
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )
    yield Ended(done.returncode, done.stdout, done.stderr.decode())
    assert [path.name for path in folder.iterdir()] == ["letter.txt"], "it writes no file"


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# What was found, and where it is written


def test_a_faithful_transcript(run: Run, scan: Path, transcript: Callable[..., Path]) -> None:
    ended = run("check", scan, transcript(SAME))
    assert ended.code == ExitCode.SAME
    assert "Nothing to look at." in ended.text


def test_a_dropped_word(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    ended = run("check", scan, transcript(WITHOUT_SO), "--output", tmp_path / "new" / "folder")
    assert ended.code == ExitCode.DIFFERENT
    assert "omission" in ended.text
    assert "report.html" in ended.text
    assert written(tmp_path / "new") == ["folder/report.html", "folder/report.json"]
    assert written(tmp_path / "work") == []


def test_json_alone_on_the_output(as_json: Ended) -> None:
    assert as_json.code == ExitCode.DIFFERENT
    assert as_json.err == ""
    report = json.loads(as_json.out)
    jsonschema.validate(report, document.schema(), cls=jsonschema.Draft202012Validator)
    (flagged,) = (each for each in report["differences"] if each["verdict"] != "reader-slipped")
    assert (flagged["class"], flagged["scan"]["text"]) == ("omission", "so")


def test_json_is_utf_8_whatever_the_terminal(
    run: Run, scan: Path, transcript: Callable[..., Path], as_json: Ended
) -> None:
    path = transcript(WITHOUT_SO)
    ended = run("check", scan, path, "--json", "-", PYTHONIOENCODING="ascii")
    there, here = json.loads(ended.out), json.loads(as_json.out)
    assert there["differences"] == here["differences"]


def test_the_same_input_gives_the_same_bytes(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    path = transcript(WITHOUT_SO)
    ended = run("check", scan, path, "--json", "one.json", "--quiet")
    again = run("check", scan, path, "--json", "two.json", "--quiet")
    assert ended == again == Ended(ExitCode.DIFFERENT, b"", "")
    one, two = ((tmp_path / "work" / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two


def test_a_terminal_that_lacks_our_signs(
    run: Run, scan: Path, transcript: Callable[..., Path]
) -> None:
    ended = run("check", scan, transcript(WITHOUT_SO), PYTHONIOENCODING="ascii")
    assert ended.code == ExitCode.DIFFERENT


def test_only_some_classes_fail(run: Run, scan: Path, transcript: Callable[..., Path]) -> None:
    path = transcript(WITHOUT_SO)
    other = run("check", scan, path, "--quiet", "--fail-on", "addition", "--fail-on", "mark")
    assert other.code == ExitCode.SAME
    assert run("check", scan, path, "--quiet", "--fail-on", "omission").code == ExitCode.DIFFERENT


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_transcripts_in_other_encodings(
    encoding: str, run: Run, scan: Path, transcript: Callable[..., Path]
) -> None:
    no_break = SAME.replace("June 21", "June\u00a021")  # a byte that no UTF-8 has
    ended = run("check", scan, transcript(no_break, encoding))
    assert ended.code == ExitCode.SAME


def test_a_file_name_that_is_no_text(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"letter-\xff.png")
    shutil.copy(scan, odd)
    assert run("check", odd, transcript(SAME)).code == ExitCode.SAME
    report = json.loads((tmp_path / "work" / "report.json").read_bytes())
    assert report["inputs"]["pages"][0]["path"] == str(odd)


def test_the_schema_is_printed(run: Run) -> None:
    assert json.loads(run("schema").out) == document.schema()


def test_the_doctor_finds_everything(run: Run) -> None:
    ended = run("doctor")
    assert ended.code == ExitCode.SAME
    assert "tesseract" in ended.text
    assert not any(line.startswith("--") for line in ended.text.splitlines())


# What cannot be done


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["check"],
        ["check", "only-one"],
        ["check", "scan.png", "letter.txt", "--fail-on", "nonsense"],
        ["check", "scan.png", "letter.txt", "--dpi", "1"],
    ],
)
def test_usage(arguments: list[str], run: Run) -> None:
    assert run(*arguments).code == ExitCode.USAGE


def refused(ended: Ended, code: ExitCode, *said: str) -> None:
    """A refusal says what is wrong and what to do, on the error output, and writes nothing."""
    assert ended.code == code, ended
    assert ended.out == b""
    problem, *remedy = ended.err.removeprefix("collate: ").splitlines()
    assert problem
    assert remedy
    for text in said:
        assert text in ended.err


def test_a_missing_scan(run: Run, transcript: Callable[..., Path]) -> None:
    refused(run("check", "none.png", transcript(SAME)), ExitCode.BAD_SCAN, "none.png")


def test_a_scan_that_was_cut_short(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    cut = tmp_path / "cut.png"
    cut.write_bytes(scan.read_bytes()[:5000])
    ended = run("check", cut, transcript(SAME))
    refused(ended, ExitCode.BAD_SCAN, "cut.png", "damaged or cut short")


@pytest.mark.parametrize("tone", [255, 0, 128])
@pytest.mark.parametrize("size", [(800, 1000), (40, 40), (32, 1500)])
def test_a_blank_page(
    tone: int,
    size: tuple[int, int],
    run: Run,
    transcript: Callable[..., Path],
    tmp_path: Path,
) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", size, tone).save(blank)
    ended = run("check", blank, transcript(SAME))
    refused(ended, ExitCode.BAD_SCAN, "no text was found", "not blank")


def test_a_missing_transcript(run: Run, scan: Path) -> None:
    refused(run("check", scan, "none.txt"), ExitCode.BAD_TRANSCRIPT, "none.txt")


def test_an_empty_transcript(run: Run, scan: Path, transcript: Callable[..., Path]) -> None:
    refused(run("check", scan, transcript(" \n")), ExitCode.BAD_TRANSCRIPT, "holds no words")


def test_a_transcript_of_another_document(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    ended = run("check", scan, transcript(OF_ANOTHER))
    refused(ended, ExitCode.UNRELATED, "letter.txt", "letter.png", "same document")
    assert written(tmp_path / "work") == []


def test_an_output_that_is_in_no_folder(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    path = transcript(SAME)
    (tmp_path / "file").touch()
    for arguments in (["--output", tmp_path / "file" / "sub"], ["--json", tmp_path / "file" / "x"]):
        begun = time.perf_counter()
        refused(run("check", scan, path, *arguments), ExitCode.CANNOT_WRITE, "cannot be written")
        assert time.perf_counter() - begun < 15, "this is told before a page is read"


def test_a_report_where_a_folder_is(
    run: Run, scan: Path, transcript: Callable[..., Path], tmp_path: Path
) -> None:
    ended = run("check", scan, transcript(SAME), "--json", tmp_path)
    refused(ended, ExitCode.CANNOT_WRITE, "it is a folder")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc")
def test_a_folder_that_takes_no_file_after_all(
    run: Run, scan: Path, transcript: Callable[..., Path]
) -> None:
    ended = run("check", scan, transcript(SAME), "--json", "/proc/collate.json")
    refused(ended, ExitCode.CANNOT_WRITE, "/proc/collate.json")


# Tesseract: missing, without a language, or broken


def test_without_tesseract(run: Run, scan: Path, transcript: Callable[..., Path]) -> None:
    ended = run("check", scan, transcript(SAME), PATH="")
    refused(ended, ExitCode.NO_READER, "apt-get install tesseract-ocr", "collate doctor")


def test_the_doctor_without_tesseract(run: Run) -> None:
    ended = run("doctor", PATH="")
    assert ended.code == ExitCode.NO_READER
    assert "apt-get install tesseract-ocr" in ended.text


def test_a_language_without_a_name(run: Run, scan: Path, transcript: Callable[..., Path]) -> None:
    refused(run("check", scan, transcript(SAME), "--lang", ""), ExitCode.NO_READER)


FAULTS = {
    "exits with a message": 'echo "Error: out of paper" >&2; exit 1',
    "prints rubbish": 'echo "rubbish"; exit 0',
    "is killed": "kill -KILL $$",
    "prints no UTF-8": r'printf "\377\376\n"; printf "\377\376\n" >&2; exit 1',
    "writes no XML": 'echo "<html" > "$2.hocr"; exit 0',
    "writes no UTF-8": r'printf "<html>\377\376</html>" > "$2.hocr"; exit 0',
    "writes no boxes": "echo \"<html><p class='ocr_page'><p class='ocr_line'/></p></html>\""
    ' > "$2.hocr"; exit 0',
    "writes nothing": 'touch "$2.hocr"; exit 0',
}


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, bool], str]:
    """A PATH on which Tesseract is broken: wholly, or only when it is to read."""
    real = shutil.which("tesseract")
    assert real

    def on_path(fault: str, only_reading: bool) -> str:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "tesseract"
        answer = f'case "$1" in --*) exec {real} "$@";; esac' if only_reading else ""
        script.write_text(f"#!/bin/sh\n{answer}\n{FAULTS[fault]}\n")
        script.chmod(0o755)
        return f"{folder}{os.pathsep}{os.environ['PATH']}"

    return on_path


def test_a_language_that_is_not_installed_is_told_before_a_page_is_read(
    run: Run, scan: Path, transcript: Callable[..., Path], broken: Callable[[str, bool], str]
) -> None:
    unable = broken("exits with a message", True)
    ended = run("check", scan, transcript(SAME), "--lang", "eng+tlh+chi_xyz", PATH=unable)
    refused(ended, ExitCode.NO_READER, "apt-get install tesseract-ocr-chi-xyz tesseract-ocr-tlh")


@pytest.mark.parametrize("fault", FAULTS)
def test_tesseract_fails_to_read(
    fault: str,
    run: Run,
    scan: Path,
    transcript: Callable[..., Path],
    broken: Callable[[str, bool], str],
    tmp_path: Path,
) -> None:
    ended = run("check", scan, transcript(SAME), PATH=broken(fault, True))
    refused(ended, ExitCode.READER_FAILED, "Tesseract did not read the page", "collate doctor")
    if fault == "exits with a message":
        assert "out of paper" in ended.err
    assert written(tmp_path / "work") == []


@pytest.mark.parametrize(
    "fault", ["exits with a message", "prints rubbish", "is killed", "prints no UTF-8"]
)
def test_tesseract_is_broken_altogether(
    fault: str,
    run: Run,
    scan: Path,
    transcript: Callable[..., Path],
    broken: Callable[[str, bool], str],
) -> None:
    path = broken(fault, False)
    refused(run("check", scan, transcript(SAME), PATH=path), ExitCode.READER_FAILED, "Tesseract")
    doctor = run("doctor", PATH=path)
    assert doctor.code == ExitCode.NO_READER
    assert doctor.text.startswith("--  tesseract")


def test_interrupted(scan: Path, transcript: Callable[..., Path], tmp_path: Path) -> None:
    path, folder = transcript(WITHOUT_SO), tmp_path / "out"
    pages = [tmp_path / f"page-{number}.png" for number in range(40)]
    for page in pages:
        page.symlink_to(scan)
    started = tmp_path / "started"
    fake = tmp_path / "bin" / "tesseract"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\ncase "$1" in --*) ;; *) touch {started};; esac\n'
        f'exec {shutil.which("tesseract")} "$@"\n'
    )
    fake.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "collate", "check", *pages, path, "--output", folder],
        env=os.environ | {"PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        if started.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    begun = time.perf_counter()
    out, err = process.communicate(timeout=60)
    assert time.perf_counter() - begun < 20, "it does not go on reading"
    assert process.returncode == ExitCode.INTERRUPTED
    assert out == ""
    assert err.startswith("collate: stopped; ")
    assert err.count("\n") == 1
    assert not folder.exists()
