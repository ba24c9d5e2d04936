"""The paths of a tree, one row each: how likely it is and what is paid and gained along it, for every draw.

Probability times payoff, added over the paths, is what the tree comes to; the structures its leaves lead to come on top.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.errors import Fault, ModelError, raise_faults, told_sum
from hecon.evaluate.compile.build import Builder
from hecon.evaluate.compile.check_names import check_names
from hecon.evaluate.compile.fitted_curves import curve_free, with_curves
from hecon.evaluate.explaining.single_values import values_of
from hecon.formula.macros import expand
from hecon.formula.syntax import Name, Number
from hecon.structure.discounting import Discounting, rates_of
from hecon.structure.items import Outcome
from hecon.structure.lowering import Model, lower
from hecon.structure.payoffs import on_a_clock, payoff
from hecon.structure.tree import DecisionTree, Path, Strategy, enumerate_decisions, paths_of

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

_SLACK = 1e-9  # rounding, as in a run


@dataclass(frozen=True)
class PathRow:
    """One path of a strategy: the labels of its branches from the top and the structure at its end ("" for none).

    `probability` is (draw,); `payoffs[kind, item]` (draw,) is what those who take the path pay or gain on it, discounted
    only where a payoff says when it falls.
    """

    strategy: str
    branches: tuple[str, ...]
    leads_to: str
    probability: Array
    payoffs: Mapping[tuple[str, str], Array]

    def __str__(self) -> str:
        return f"{self.strategy}: {' / '.join(self.branches) or 'the one path'}"


def paths(model: Model, draws: "Draws") -> list[PathRow]:
    """Every path of a model's tree with its probability and payoffs (draw,); decisions are enumerated into strategies.

    Raises:
        ModelError: a model without a tree, and all that `run` refuses in its formulas and names.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Branch, Chance, Cost, Leaf
    >>> stay = Cost("stay", "c_bed", category="hospital", sector="health care")
    >>> ends = Chance(Branch("well", "p_well", Leaf()), Branch("ill", "C", Leaf(outcomes=[stay])))
    >>> tree = DecisionTree("Demo", [Strategy("a", to=ends)], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="p_well", value=0.75), Parameter(name="c_bed", value=40.0)])
    >>> [(str(one), one.probability.tolist(), one.payoffs["cost", "stay"].tolist()) for one in paths(tree, book.base())]
    [('a: well', [0.75], [0.0]), ('a: ill', [0.25], [40.0])]
    """
    if not isinstance(model, DecisionTree):
        raise ModelError(f"paths are those of a DecisionTree; got {type(model).__name__}")
    program = with_curves(lower(model, draws.book.settings), draws.book, draws.names)
    plain = curve_free(draws.book, draws.names)
    check_names(program, draws.book)
    builder = Builder(program, draws)
    settings = draws.book.settings
    timing = settings.get("discount_timing", "") or model.discount_timing
    discounting = Discounting(rates_of(model.discount, settings), timing)
    faults: list[Fault] = []
    found: list[tuple[Strategy, Path, int, dict[tuple[str, str], int]]] = []
    for strategy in (one for declared in model.strategies for one in enumerate_decisions(declared)):
        block = program.block(strategy.name)
        for path in paths_of(strategy.to):
            where = " / ".join(branch.label for branch in path.branches)
            chance = builder.guard(block, Name(f"path[{where}]"), f"{strategy.name}, {where}", faults)
            totals: dict[tuple[str, str], int] = {}
            for outcome in _met(strategy, path):
                for term in payoff(outcome, Number(1.0), where, discounting, strategy.name, faults):
                    key = (term.item.kind, term.item.name)
                    node = builder.guard(
                        block, expand(plain(term.value)), f"{strategy.name}, {where}, {key[1]}", faults
                    )
                    totals[key] = builder.graph.apply("+", totals[key], node) if key in totals else node
            found.append((strategy, path, chance, totals))
    raise_faults(faults, ModelError, model.title or "model")
    nodes = [node for _, _, chance, totals in found for node in (chance, *totals.values())]
    values = values_of(program, builder.graph, [(node, 0) for node in nodes], draws)
    items = list(dict.fromkeys(key for *_, totals in found for key in totals))
    zeros = np.zeros(draws.n)

    rows = [
        PathRow(
            strategy.name,
            tuple(branch.label for branch in path.branches),
            path.leaf.to.name if path.leaf.to is not None else "",
            values[chance, 0],
            {key: values[totals[key], 0] if key in totals else zeros for key in items},
        )
        for strategy, path, chance, totals in found
    ]
    raise_faults(_improbable(rows, draws), ModelError, model.title or "model")
    return rows


def _improbable(rows: list[PathRow], draws: "Draws") -> Iterator[Fault]:
    """Paths whose probability is none, and strategies whose paths do not add up to 1."""
    whole: dict[str, Array] = {}
    for row in rows:
        whole[row.strategy] = whole.get(row.strategy, np.zeros(draws.n)) + row.probability
        bad = ~((row.probability >= -_SLACK) & (row.probability <= 1 + _SLACK))
        if bad.any():
            k = int(np.flatnonzero(bad)[0])
            yield Fault(str(row), f"its probability is {told_sum(row.probability[k])} in draw {draws.draw[k]}")
    for strategy, total in whole.items():
        bad = ~(np.abs(total - 1.0) <= _SLACK)
        if bad.any():
            k = int(np.flatnonzero(bad)[0])
            yield Fault(f"strategy {strategy}", f"its paths add up to {told_sum(total[k])} in draw {draws.draw[k]}")


def _met(strategy: Strategy, path: Path) -> list[Outcome]:
    """All that a path meets: the strategy's items, its branches' and its leaf's; not what the structure at its end counts."""
    found = [*strategy.outcomes, *(one for branch in path.branches for one in branch.outcomes), *path.leaf.outcomes]
    return [one for one in found if not on_a_clock(one)]
