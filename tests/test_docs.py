"""The documentation says what the code does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from collate.cli import main
from collate.differences.gravity import gravity
from collate.errors import ExitCode
from collate.model import DifferenceClass, MarkKind, ZoneKind
from collate.report import document

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
COMMANDS = ["collate", *(f"collate {name}" for name in sorted(main.commands))]

HELP = re.compile(r"<!-- help: (.+?) -->\n```text\n(.*?)```\n<!-- end -->", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|<(?:a|img)\b[^>]*?(?:href|src)=\"([^\"]+)\"")
GRAVITY = re.compile(r"^\| ([a-z]+) \| ([a-z ]+) \| ([\d.]+) \|$", re.MULTILINE)


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def links(path: Path) -> list[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [one or other for one, other in LINK.findall(text)]


def anchors(path: Path) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_command_has_its_help_in_the_docs() -> None:
    assert sorted(command for command, _ in HELP.findall(read("cli.md"))) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_the_docs_is_what_the_command_prints(command: str) -> None:
    shown = dict(HELP.findall(read("cli.md")))[command]
    # A process of its own, for click's test runner wraps lines at another width.
    printed = subprocess.run(
        [sys.executable, "-m", *command.split(), "--help"],
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    assert shown == printed


@pytest.mark.parametrize("code", ExitCode)
def test_exit_code_is_explained(code: ExitCode) -> None:
    assert f"\n| {code.value} | `{code.name}` | " in read("cli.md")


@pytest.mark.parametrize("cls", DifferenceClass)
def test_class_has_its_chapter(cls: DifferenceClass) -> None:
    assert f"\n### `{cls.value}`\n" in read("classes.md")


@pytest.mark.parametrize(
    ("chapter", "kind"),
    [
        *((DifferenceClass.MARK, kind) for kind in MarkKind),
        *((DifferenceClass.FURNITURE, kind) for kind in ZoneKind),
    ],
)
def test_kind_is_explained_in_the_chapter_of_its_class(
    chapter: DifferenceClass, kind: MarkKind | ZoneKind
) -> None:
    text = read("classes.md").split(f"\n### `{chapter.value}`\n")[1].split("\n### ")[0]
    assert f"\n| `{kind.value}` | " in text


def test_gravities_are_those_of_the_code() -> None:
    rows = GRAVITY.findall(read("classes.md"))
    assert {cls for cls, _, _ in rows} == {cls.value for cls in DifferenceClass}
    for cls, kind, number in rows:
        assert gravity(DifferenceClass(cls), kind) == float(number), (cls, kind)


def test_excerpt_of_the_report_has_the_form_of_the_schema() -> None:
    excerpt = re.search(r"```json\n(.*?)```", read("report-json.md"), re.DOTALL)
    assert excerpt is not None
    jsonschema.validate(json.loads(excerpt[1]), document.schema())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_resolve(path: Path) -> None:
    for link in links(path):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
