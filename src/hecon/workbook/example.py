"""Models small enough for the examples in docstrings of the workbook: one item, or three."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.structure import Cost, DecisionTree, Leaf, Strategy

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.workbook.verify.recalculate import Session
    from hecon.workbook.verify.trial import Trial
    from hecon.workbook.xlsx.package import Cells


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


def frozen_trial() -> "Trial":
    """A trial of the workbook of `one_visit`, recalculated by a program that shows nothing but what is stored.

    >>> trial = frozen_trial()
    >>> trial.session.values({}) is trial.package.sheets
    True
    """
    from tempfile import mkdtemp

    from hecon.workbook.verify.trial import Made, Trial
    from hecon.workbook.xlsx.package import read_package

    folder = Path(mkdtemp())
    made = Made(*one_visit(), "payer", 20000.0, "a")
    layout, package = made.write(folder / "demo.xlsx"), read_package(folder / "demo.xlsx")

    class Frozen:
        def values(self, changes: object, only: object = ()) -> "Mapping[str, Cells]":
            return package.sheets

    return Trial(made, layout, package, package, cast("Session", Frozen()), folder)


def _tree(costs: list[Cost]) -> DecisionTree:
    return DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=costs))], {"cost": "0", "effect": "0"}, "continuous")
