"""Models small enough for the examples in docstrings of the engine, each with the draw of its base case."""

from typing import TYPE_CHECKING

from hecon.evaluate.compile.graph import CYCLE, Graph, Vector
from hecon.evaluate.engine.plan import Plan
from hecon.formula.parsing import parse
from hecon.formula.program import Block, Formula, Program
from hecon.formula.syntax import Number
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.structure import Cost, DecisionTree, Leaf, MarkovModel, Strategy

if TYPE_CHECKING:
    from hecon.inputs.book import Book
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


def two_visits(*inputs: str) -> "tuple[Program, Book]":
    """A program whose one formula is two visits at `c_visit`, and inputs of these names, each 1.

    >>> [block.formulas["visits"].text for block in two_visits()[0].blocks]
    ['2 * c_visit']
    """
    visits = Formula("visits", "2 * c_visit", parse("2 * c_visit"))
    block = Block("a", "a", None, None, Number(1.0), Number(0.0), {"visits": visits})
    book = make_book("demo", [Parameter(name=name, value=1.0) for name in inputs])
    return Program("Demo", (("a", "A"),), (block,), ()), book


def half_leave() -> tuple[Graph, int, int, tuple[int, int, int]]:
    """The graph of a cohort of which half leave in each of three cycles: its vector, the sum of those who stay, and the
    numbers 1/2, 1 and 0.

    >>> graph, v, total, numbers = half_leave()
    >>> graph.vectors[v].cycles
    3
    """
    graph = Graph()
    half, one, none = graph.number(0.5), graph.number(1.0), graph.number(0.0)
    moves = (((0, 0), half), ((0, 1), half), ((1, 1), one))
    v = graph.vector(
        Vector("probability", 2, moves, (one, none), (), 3, 1.0, varies=False, changes=False, block="demo")
    )
    return graph, v, graph.add("sum", (graph.state(v, 0),)), (half, one, none)


def sum_of_cycles() -> "tuple[Plan, int, Draws]":
    """The plan of 0 + 1 + ... + 20, and the node of that sum.

    >>> plan, total, draws = sum_of_cycles()
    >>> [group.cycles for group in plan.groups]
    [20]
    """
    graph, draws = Graph(), make_book("demo", []).base()
    total = graph.sum([graph.add("cycle", axes=CYCLE, cycles=20)])
    return Plan(Program("Demo", (), (), ()), graph, [total], [], draws), total, draws
