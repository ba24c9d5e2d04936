"""The sheets on which the engine's cells stand and those that they are computed from; all others only show results."""

import re

from hecon.workbook.layout import Layout
from hecon.workbook.verify.expected import stretches
from hecon.workbook.verify.formula_runs import Runs
from hecon.workbook.xlsx.package import Package
from hecon.workbook.xlsx.references import words

_SHEET = re.compile(r"'((?:[^']|'')+)'!|([A-Za-z_][\w.]*)!")


def live_sheets(package: Package, layout: Layout, runs: Runs) -> tuple[str, ...]:
    """The sheets to recalculate for the engine's cells, in the workbook's order: theirs, and all that their formulas lead to.

    >>> live_sheets(Package({}, {}, ()), Layout({}, {}, (), (), (), {}, {}, {}, False), {})
    ()
    """
    found: set[str] = set()
    left = {one.sheet for one in stretches(layout)}
    while left:
        found |= left
        texts = [run.text for name in left for run in runs[name]]
        named = [package.names[word] for word in set().union(*map(words, texts)) if word in package.names]
        left = {name for text in (*texts, *named) for name in _sheets(text)} & package.sheets.keys() - found
    return tuple(name for name in package.sheets if name in found)


def _sheets(text: str) -> set[str]:
    """The sheets that a formula names."""
    return {quoted.replace("''", "'") or plain for quoted, plain in _SHEET.findall(text)}
