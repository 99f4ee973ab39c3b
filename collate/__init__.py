"""Check published transcripts against the scans of their originals.

>>> import collate
>>> collation = collate.check("scans/219945", "transcripts/219945.txt")  # doctest: +SKIP
>>> [each.scan for each in collation.flagged][:1]  # doctest: +SKIP
['close']
"""

from collate.errors import CollateError
from collate.model import Collation, Difference, DifferenceClass, Verdict
from collate.pipeline import check

__all__ = ["CollateError", "Collation", "Difference", "DifferenceClass", "Verdict", "check"]
