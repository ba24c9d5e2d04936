"""A confidential run small enough for the examples in docstrings."""

from typing import TYPE_CHECKING

from hecon.confidential.redacted import PublicRun, public_run
from hecon.workbook.example import three_costs
from hecon.workbook.withheld.withheld import Withheld, plan_withheld

if TYPE_CHECKING:
    from hecon.structure.tree import DecisionTree


def without_drug() -> "tuple[PublicRun, Withheld, DecisionTree]":
    """The model of three costs run without the price of its drug.

    >>> found, withheld, _ = without_drug()
    >>> found.book.parameters["c_drug"].note, withheld.names
    ('withheld', ('c_drug',))
    """
    tree, book = three_costs()
    withheld = plan_withheld(tree, book, ["c_drug"])
    return public_run(tree, book, withheld, None), withheld, tree
