"""Which unverified inputs drive the result, the furthest first, and which inputs move nothing but a check."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.formula.dependence import dependents
from hecon.formula.program import Program
from hecon.inputs.draws import Draws

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_STEP = 0.1  # relative, by which an input without a range is moved
_TINY = 1e-9  # relative to net benefit


def only_checks(program: Program, used: Sequence[str]) -> tuple[str, ...]:
    """Inputs that no cost, effect or life-year follows from, by the text of the formulas: they move a check or a report."""
    return tuple(name for name in used if not dependents(program, [name]).pieces)


def driving(
    model: Any, book: "Book", used: Sequence[str], perspective: str, wtp: float, reference: int, effect: str
) -> list[str]:
    """Unverified inputs that move a net benefit over the reference's, the furthest first: from low to high, or by a tenth.

    One run of 2k + 1 draws. A model that refuses a moved input has all of them, in their order.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> driving(tree, book, list(book.parameters), "payer", 1.0, 0, "none")
    []
    """
    names = [name for name in used if book.parameters[name].provenance == "unverified"]
    if not names:
        return []
    values = np.repeat(np.array([[book.parameters[name].value] for name in names]), 2 * len(names) + 1, axis=1)
    for i, name in enumerate(names):
        one = book.parameters[name]
        step = _STEP * abs(one.value) or _STEP
        ends = (one.low, one.high) if one.low < one.high else (one.value - step, one.value + step)
        values[i, 1 + 2 * i : 3 + 2 * i] = ends
    try:
        outcomes = run(model, Draws(book, tuple(names), values, "one-way"))
    except HeconError:
        return names
    cost, gained = cost_and_effect(outcomes, perspective, effect)
    benefit = wtp * gained - cost
    more = benefit - benefit[reference]
    swing = np.abs(more[:, 2::2] - more[:, 1::2]).max(axis=0)
    tiny = _TINY * max(1.0, float(np.abs(benefit[:, 0]).max()))
    order = sorted(range(len(names)), key=lambda i: -float(swing[i]))
    return [names[i] for i in order if swing[i] > tiny]
