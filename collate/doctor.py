"""What is needed to run, whether it is there, and what installs it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from collate.errors import ReaderFailed, ReaderMissing
from collate.reading import tesseract

LIBRARIES = (
    "click",
    "jinja2",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "pyspellchecker",
    "pytesseract",
    "rapidfuzz",
    "rich",
    "threadpoolctl",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for."""

    name: str
    found: str  # its version, or what is there; empty where it is missing
    remedy: str


def examine(lang: str) -> list[Finding]:
    """Look for everything that a check in language `lang` needs."""
    findings = []
    try:
        findings.append(Finding("tesseract", tesseract.version(), ""))
        try:
            tesseract.require(lang)
            findings.append(Finding(f"language pack {lang}", "installed", ""))
        except (ReaderMissing, ReaderFailed) as error:
            findings.append(Finding(f"language pack {lang}", "", str(error)))
    except (ReaderMissing, ReaderFailed) as error:
        findings.append(Finding("tesseract", "", str(error)))
    for name in LIBRARIES:
        try:
            findings.append(Finding(name, version(name), ""))
        except PackageNotFoundError:
            findings.append(Finding(name, "", f"Install it: pip install {name}"))
    return findings
