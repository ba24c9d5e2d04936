"""Models small enough for the examples in docstrings of the engine, each with the draw of its base case."""

from typing import TYPE_CHECKING

from hecon.inputs.book import make_book
from hecon.structure import Cost, DecisionTree, Leaf, MarkovModel, Strategy

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_FREE = {"cost": "0", "effect": "0"}


def later_scan() -> "tuple[DecisionTree, Draws]":
    """One strategy, of which a scan at 90 is paid 18 months after the decision.

    >>> from hecon.evaluate.run import run
    >>> run(*later_scan()).cost("payer").tolist()
    [[90.0]]
    """
    scan = Cost("scan", "90", category="tests", sector="health care", at="18 months")
    tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[scan]))], _FREE, "continuous")
    return tree, make_book("demo", []).base()


def two_years(p_die: str) -> "tuple[MarkovModel, Draws]":
    """A cohort that is well, and dies with a probability in each of two years.

    >>> from hecon.evaluate.run import run
    >>> run(*two_years("0.5")).effect("ly").tolist()
    [[1.5]]
    """
    model = MarkovModel(
        ("well", "dead"), "1 year", "2 years", "start", "end", title="Demo", strategies=[Strategy("a")], start="well",
        transitions={"well -> dead": p_die}, discount=_FREE, discount_timing="continuous",
    )  # fmt: skip
    return model, make_book("demo", []).base()
