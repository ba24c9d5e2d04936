"""What a page asks of an open graph, by node: totals and quantities of every draw; amounts over time, occupancy, checks and
reports of the one set of inputs that is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hecon.evaluate.compile.build import Built
from hecon.formula.macros import expand
from hecon.formula.program import Program
from hecon.formula.syntax import Call, Text
from hecon.page.open_graph import OpenBuilder, Opened


@dataclass(frozen=True)
class Asked:
    """All that a printed model gives. `terms` and `quantities` are (position, node): the total of a strategy's item and the
    quantity of a price parameter grow by the node's value. A flow is spread over years, a point falls in one.
    """

    built: Built
    strategies: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    prices: tuple[tuple[str, int], ...]
    terms: list[tuple[int, int]] = field(default_factory=list)
    quantities: list[tuple[int, int]] = field(default_factory=list)
    flows: list[dict[str, Any]] = field(default_factory=list)
    points: list[list[int]] = field(default_factory=list)
    traces: list[dict[str, Any]] = field(default_factory=list)

    def main(self) -> list[int]:
        """The nodes that every draw needs."""
        musts = [node for one in self.built.checks if one[2].must for node in one[3:]]
        branches = [node for *_, node in self.built.probabilities]
        return [node for _, node in (*self.terms, *self.quantities)] + branches + musts

    def looked(self) -> list[int]:
        """The nodes that are needed for one set of inputs alone."""
        found = [node for one in self.built.checks for node in one[3:]] + [node for *_, node in self.built.reports]
        for flow in self.flows:
            found += [flow["flow"], flow["present"], flow["offset"], *(node for _, node in flow["rates"])]
        found += [node for point in self.points for node in point[1:]]
        return found + [node for trace in self.traces for _, node in trace["states"]]

    def data(self) -> dict[str, Any]:
        """The constants of the printed model that say all this (rows.js, over_time.js)."""
        built = self.built
        return {
            "STRATEGIES": self.strategies, "ITEMS": self.items, "PRICES": self.prices, "ACTS_WITH": dict(built.prices.acts_with),
            "TERMS": self.terms, "QUANTITIES": self.quantities, "FLOWS": self.flows, "POINTS": self.points, "TRACES": self.traces,
            "BRANCHES": built.probabilities, "REPORTS": [[strategy, name, node] for strategy, name, _, node in built.reports],
            "CHECKS": [
                [strategy, place, check.name, *nodes, check.at_most is not None, check.must]
                for strategy, place, check, *nodes in built.checks
            ],
            "COHORTS": [_cohort(built, built.program, v) for v in range(len(built.graph.vectors))],
        }  # fmt: skip


def ask(opened: Opened) -> Asked:
    """Ask for everything that a page shows; nodes that the graph does not have yet are added.

    >>> from hecon.page.open_graph import open_graph
    >>> from hecon.workbook.example import one_visit
    >>> asked = ask(open_graph(*one_visit()))
    >>> asked.strategies, asked.items, len(asked.terms), len(asked.flows), len(asked.points)
    (('a',), (('cost', 'visits'),), 1, 0, 1)
    """
    built, program = opened.built, opened.program
    strategies = tuple(name for name, _ in program.strategies)
    items = tuple((item.kind, item.name) for item in program.items)

    def row(strategy: str, item: Any) -> int:
        return strategies.index(strategy) * len(items) + items.index((item.kind, item.name))

    named = [(name, items.index((item.kind, item.name))) for name, _, item, _ in built.prices.quantities]
    prices = tuple(dict.fromkeys(named))
    quantities = [
        (prices.index(one) * len(strategies) + strategies.index(strategy), node)
        for one, (_, strategy, _, node) in zip(named, built.prices.quantities, strict=True)
    ]
    asked = Asked(built, strategies, items, prices, quantities=quantities)
    for strategy, item, term, block, value in built.terms:
        asked.terms.append((row(strategy, item), value))
        if term.flow is None or term.time is not None or block.clock is None:
            asked.points.append([row(strategy, item), *_point(opened.builder, term, block, value)])
        else:
            asked.flows.append(
                {"row": row(strategy, item), "clock": block.clock.cycles, **_flow(opened.builder, term, block)}
            )
    asked.traces.extend(_traces(opened))
    return asked


def _flow(builder: OpenBuilder, term: Any, block: Any) -> Mapping[str, Any]:
    """A flow's rows undiscounted and discounted, and how they lie over the years."""
    tunnel = builder.tunnel(block, term.where)
    flow, present = (builder.node(block, expand(tree), tunnel) for tree in (term.flow, term.present or term.flow))
    rates = [[start, builder.node(block, expand(rate))] for start, rate in term.by_year]
    offset = builder.node(block, expand(block.offset))
    return {"flow": flow, "present": present, "offset": offset, "falls": term.falls, "rates": rates}


def _point(builder: OpenBuilder, term: Any, block: Any, value: int) -> list[int]:
    """What falls at one time: the node of the time, of the undiscounted and of the discounted amount."""
    time = builder.node(block, expand(term.time)) if term.time is not None else builder.graph.number(0.0)
    return [time, builder.undiscounted(block, term) if term.amount is not None else value, value]


def _traces(opened: Opened) -> Iterator[dict[str, Any]]:
    """The states of each structure with the node of their occupancy."""
    for block in opened.program.blocks:
        states = block.states.states if block.states else tuple(block.occupied)
        if block.clock and states:
            nodes = [opened.builder.node(block, Call("occupancy", (Text(state),))) for state in states]
            pairs = [list(pair) for pair in zip(states, nodes, strict=True)]
            yield {"strategy": block.strategy, "block": block.name, "clock": block.clock.cycles, "states": pairs}


def _cohort(built: Built, program: Program, v: int) -> list[Any]:
    """What a cohort is called where it is refused: its block and its transitions."""
    vector = built.graph.vectors[v]
    block = program.block(vector.block)
    states = block.states.states if block.states else ()
    return [vector.block, [f"{states[a]} -> {states[b]}" for (a, b), _ in vector.entries]]
