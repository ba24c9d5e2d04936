"""Models small enough for the examples in docstrings of the workbook: one item, or three."""

from typing import TYPE_CHECKING

from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.structure import Cost, DecisionTree, Leaf, Strategy

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def one_visit() -> "tuple[DecisionTree, Book]":
    """One strategy whose cost is two visits at 50.

    >>> from hecon.evaluate.run import run
    >>> tree, book = one_visit()
    >>> run(tree, book.base()).cost("payer").tolist()
    [[100.0]]
    """
    visits = Cost("visits", "2 * c_visit", category="follow-up", sector="health care")
    return _tree([visits]), make_book("demo", [Parameter(name="c_visit", value=50.0)], settings={"effect": "none"})


def three_costs() -> "tuple[DecisionTree, Book]":
    """One strategy with a drug at 9, a test at 2 and a visit at 1.

    >>> from hecon.evaluate.run import run
    >>> tree, book = three_costs()
    >>> run(tree, book.base()).cost("payer").tolist()
    [[12.0]]
    """
    prices = {"drug": 9.0, "test": 2.0, "visit": 1.0}
    costs = [Cost(name, f"c_{name}", category=name, sector="health care") for name in prices]
    parameters = [Parameter(name=f"c_{name}", value=value) for name, value in prices.items()]
    return _tree(costs), make_book("demo", parameters, settings={"effect": "none"})


def _tree(costs: list[Cost]) -> DecisionTree:
    return DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=costs))], {"cost": "0", "effect": "0"}, "continuous")
