"""Which unverified inputs drive the result, the furthest first, and which inputs move nothing but a check."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.formula.dependence import followed
from hecon.formula.program import Program
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.draws import Draws
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_STEP = 0.1  # relative, by which an input without a range is moved
_TINY = 1e-9  # relative to net benefit


def only_checks(program: Program, used: Sequence[str]) -> tuple[str, ...]:
    """Inputs that no cost, effect or life-year follows from, by the text of the formulas: they move a check or a report."""
    counted = followed(program)
    return tuple(name for name in used if name not in counted)


def driving(
    model: Any, book: "Book", used: Sequence[str], perspective: str, wtp: float, reference: int, effect: str,
    one_way: Outcomes | None = None,
) -> list[str]:  # fmt: skip
    """Unverified inputs that move a net benefit over the reference's, the furthest first: from low to high, or by a tenth.

    One run of 2k + 1 draws, less those that are in `one_way`, the outcomes of `book.one_way()`. A model that refuses a moved
    input has all of them, in their order.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> driving(tree, book, list(book.parameters), "payer", 1.0, 0, "none")
    []
    """
    names = [name for name in used if book.parameters[name].provenance == "unverified"]
    reading = (perspective, wtp, reference, effect)
    known = {} if one_way is None else _known(book, one_way, *reading)
    try:
        swing = known | _moved(model, book, [name for name in names if name not in known], *reading)
    except HeconError:
        return names
    return sorted((name for name in names if swing[name] > 0), key=lambda name: -swing[name])


def _known(
    book: "Book", outcomes: Outcomes, perspective: str, wtp: float, reference: int, effect: str
) -> dict[str, float]:
    """How far each input moves a net benefit by itself, of those that take no other share with them."""
    names = book.one_way().names
    shares = {member for group in book.margins.groups if isinstance(group, Dirichlet) for member in group.members}
    swings = _swings(outcomes, perspective, wtp, reference, effect)
    return {name: swing for name, swing in zip(names, swings, strict=True) if name not in shares}


def _moved(
    model: Any, book: "Book", names: Sequence[str], perspective: str, wtp: float, reference: int, effect: str
) -> dict[str, float]:
    """The same of these inputs, by a run of their own."""
    if not names:
        return {}
    values = np.repeat(np.array([[book.parameters[name].value] for name in names]), 2 * len(names) + 1, axis=1)
    for i, name in enumerate(names):
        one = book.parameters[name]
        step = _STEP * abs(one.value) or _STEP
        ends = (one.low, one.high) if one.low < one.high else (one.value - step, one.value + step)
        values[i, 1 + 2 * i : 3 + 2 * i] = ends
    outcomes = run(model, Draws(book, tuple(names), values, "one-way"))
    return dict(zip(names, _swings(outcomes, perspective, wtp, reference, effect), strict=True))


def _swings(outcomes: Outcomes, perspective: str, wtp: float, reference: int, effect: str) -> list[float]:
    """From a base case and two draws of each input: how far they lie apart, 0 for what is rounding."""
    cost, gained = cost_and_effect(outcomes, perspective, effect)
    benefit = wtp * gained - cost
    more = benefit - benefit[reference]
    swing = np.abs(more[:, 2::2] - more[:, 1::2]).max(axis=0)
    tiny = _TINY * max(1.0, float(np.abs(benefit[:, 0]).max()))
    return [float(one) if one > tiny else 0.0 for one in swing]
