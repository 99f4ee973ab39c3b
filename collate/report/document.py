"""A collation as one JSON document, of the form `collation.schema.json` describes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from collate.model import Box, Collation, Difference

SCHEMA_VERSION = "1.0"


def dumps(collation: Collation) -> str:
    """The document as text, ending with a newline; the same collation gives the same bytes."""
    return json.dumps(document(collation), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = files("collate.report").joinpath("collation.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def document(collation: Collation) -> dict[str, Any]:
    """The document as plain values."""
    coverage = collation.coverage
    return {
        "schema_version": SCHEMA_VERSION,
        "inputs": {
            "transcript": {
                "path": str(collation.transcript.path),
                "sha256": collation.transcript.sha256,
                "encoding": collation.transcript.encoding,
            },
            "pages": [
                {
                    "page": page.number,
                    "path": str(page.path),
                    "frame": page.frame,
                    "width": page.width,
                    "height": page.height,
                    "dpi": page.dpi,
                    "sha256": page.sha256,
                }
                for page in collation.pages
            ],
        },
        "provenance": {
            "tool": collation.tool,
            "steps": [
                {"name": step.name, "tool": step.tool, "settings": dict(step.settings)}
                for step in collation.steps
            ],
        },
        "coverage": {
            "words": coverage.tokens,
            "verified": coverage.verified,
            "share": round(coverage.share, 4),
            "pages": [
                {"page": page.page, "read": page.read, "matched": page.matched}
                for page in coverage.pages
            ],
        },
        "differences": [_difference(each) for each in collation.differences],
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "id": each.id,
        "class": each.cls.value,
        "kind": each.kind,
        "verdict": each.verdict.value,
        "probability": each.probability,
        "gravity": each.gravity,
        "page": each.page,
        "line": each.line or None,
        "box": _box(each.box),
        "transcript": {
            "text": each.transcript.text,
            "start": each.transcript.start,
            "end": each.transcript.end,
            "before": each.before,
            "after": each.after,
        },
        "scan": {"text": each.scan},
        "explanation": each.explanation,
        "witnesses": [
            {"witness": one.witness, "reading": one.reading, "supports": one.supports}
            for one in each.witnesses
        ],
    }


def _box(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]
