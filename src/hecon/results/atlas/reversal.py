"""What would reverse the sign of a comparison's net benefit: a price, or the one input whose low or high does it most."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.digits import money_text, number_text

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.one_way import OneWay
    from hecon.inputs.book import Book
    from hecon.results.atlas.decision import Decision

SAMPLING_ERROR = "standard normal"  # the unit of what moves a published point


@dataclass(frozen=True)
class Flip:
    """The input that moves net benefit most among those whose low or high reverses its sign, and the value that does."""

    label: str
    value: float
    unit: str
    provenance: str


def flip_of(table: "OneWay", strategy: str, book: "Book", but: str = "") -> Flip | None:
    """The widest swing of a tornado that reverses the sign of net benefit; `but` is an input that does not count.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> from hecon.analysis.sensitivity.one_way import one_way
    >>> book = make_book("demo", [Parameter(name="gain", value=1.0, low=0.2, high=2.0, provenance="read")])
    >>> drug = Leaf(outcomes=[Cost("drug", "5", category="product", sector="health care"), QALY("life", "gain")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> flip_of(one_way(tree, book, reference="none", perspective="payer", wtp=10, points=2), "drug", book)
    Flip(label='gain', value=0.2, unit='', provenance='read')
    """
    for swing in table.of(strategy):
        reversed_at = np.flatnonzero(np.sign(swing.outcome) == -np.sign(swing.base))
        if swing.name != but and swing.base != 0 and reversed_at.size:
            k = int(reversed_at[np.argmax(np.abs(swing.outcome[reversed_at]))])
            one = book.parameter(swing.name)
            if one.unit == SAMPLING_ERROR:  # the point that it moves says it in words
                continue
            return Flip(swing.label, float(swing.values[k]), one.unit, one.provenance)
    return None


def reversal(found: "Decision", flip: Flip | None, money: str) -> str:
    """One line on what would reverse the sign of net benefit at the case's threshold.

    >>> from hecon.results.atlas.decision import decision
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> from hecon.results.atlas.comparisons import Pair
    >>> one = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> reversal(decision(one, Pair("b", "a")), None, "EUR")
    'Net benefit is above 0. No input reverses this alone within its range.'
    """
    above = found.inmb > 0
    sign = f"Net benefit is {'above' if above else 'below'} 0."
    ways = []
    if found.worth is not None and found.price is not None and (found.worth >= found.price) == above:
        if found.worth < 0:
            ways.append("a price of 0 would not reverse it")
        else:
            side = "above" if above else "below"
            ways.append(
                f"a product price {side} {money_text(found.worth)} {money} would reverse it (now {money_text(found.price)})"
            )
    if flip is None:
        ways.append(
            "no input reverses this alone within its range"
            if not ways
            else "no other input does alone within its range"
        )
    else:
        unit = f" {flip.unit}" if flip.unit else ""
        ways.append(
            f"{flip.label} at {number_text(flip.value, -3)}{unit} ({flip.provenance or 'not stated'}) would reverse it alone"
        )
    text = "; ".join(ways)
    return f"{sign} {text[0].upper()}{text[1:]}."
