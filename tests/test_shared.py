"""A real scan: a page of typescript of 1939, against what people transcribed from it.

The page is from FloChiff/ehri-dataset (EHRI), CC BY 4.0, and not part of this
repository. It has "decision" and "school", as can be seen; the transcript has
"decison" and "scholl".
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import collate
from collate.model import DifferenceClass

CORPUS = Path(__file__).parents[1] / ".." / "shared" / "corpora" / "ehri-english"
PAGE = CORPUS / "EHRI-DR-19390125-US_06.jpg"
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"

pytestmark = pytest.mark.skipif(
    not PAGE.exists(), reason="the EHRI corpus is not at ../shared/corpora/ehri-english"
)


def lines(alto: Path) -> list[str]:
    """The text lines of an ALTO file."""
    return [
        " ".join(part.get("CONTENT", "") for part in line.iter(f"{ALTO}String"))
        for line in ElementTree.parse(alto).iter(f"{ALTO}TextLine")
    ]


def test_a_real_page(tmp_path: Path) -> None:
    transcript = tmp_path / "letter.txt"
    transcript.write_text("\n".join(lines(PAGE.with_suffix(".xml"))), encoding="utf-8")
    collation = collate.check(PAGE, transcript)
    substantive = {
        (each.cls.value, each.transcript.text, each.scan)
        for each in collation.flagged
        if each.cls not in (DifferenceClass.FURNITURE, DifferenceClass.LAYOUT, DifferenceClass.MARK)
    }
    slips = {
        ("substitution", "decison", "decision"),
        ("substitution", "scholl", "school"),
    }
    assert slips <= substantive
    assert len(substantive - slips) <= 1, substantive - slips
