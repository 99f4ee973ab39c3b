"""How much a difference matters to a reader who quotes the transcript."""

from __future__ import annotations

from collate.model import DifferenceClass

_BY_KIND = {
    (DifferenceClass.SUBSTITUTION, "spelling"): 0.8,
    (DifferenceClass.SUBSTITUTION, "case"): 0.5,
    (DifferenceClass.SUBSTITUTION, "punctuation"): 0.4,
    (DifferenceClass.SUBSTITUTION, "word division"): 0.35,
    (DifferenceClass.MARK, "redacted"): 0.6,
    (DifferenceClass.MARK, "struck through"): 0.55,
    (DifferenceClass.MARK, "box"): 0.3,
    (DifferenceClass.MARK, "bullet"): 0.25,
}
_BY_CLASS = {
    DifferenceClass.MARK: 0.5,
    DifferenceClass.UNREADABLE: 0.6,
    DifferenceClass.FURNITURE: 0.15,
    DifferenceClass.LAYOUT: 0.1,
}


def gravity(cls: DifferenceClass, kind: str) -> float:
    """From 0 to 1: words, names and numbers 1, the spacing of a page 0.1."""
    return _BY_KIND.get((cls, kind), _BY_CLASS.get(cls, 1.0))
