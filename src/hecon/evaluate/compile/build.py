"""From a program and its draws to the graph: names are resolved block by block, macros expanded, items made into nodes."""

from dataclasses import dataclass, field

from hecon.errors import Fault, ModelError, raise_faults
from hecon.evaluate.compile.arrays import constant
from hecon.evaluate.compile.graph import CYCLE, TUNNEL, Graph
from hecon.evaluate.compile.nodes import Nodes
from hecon.evaluate.horizon import BeyondError, LeftOut, TimeError, span
from hecon.evaluate.linear import Prices, linear_prices
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.program import Block, CheckFormula, Program, Term
from hecon.formula.syntax import Call, Node, Number
from hecon.outcomes import Item

_PI = 3.141592653589793


@dataclass
class Built:
    """The graph with what is asked of it, by position: terms (strategy, item, where), value and time of those that fall
    at one time, checks, reports, flows, price parameters, and what lies beyond the horizon.
    """

    graph: Graph
    program: Program
    terms: list[tuple[str, Item, Term, Block, int]] = field(default_factory=list)
    dated: list[tuple[str, Item, int, int]] = field(default_factory=list)
    checks: list[tuple[str, str, CheckFormula, int, int, int]] = field(default_factory=list)
    reports: list[tuple[str, str, int, int]] = field(default_factory=list)
    vectors: dict[str, int] = field(default_factory=dict)
    probabilities: list[tuple[str, str, int]] = field(default_factory=list)
    prices: Prices = field(default_factory=Prices)
    left_out: list[LeftOut] = field(default_factory=list)


class Builder(Nodes):
    """Builds all that is asked of a program: items, checks, reports, probabilities, quantities of price parameters."""

    def build(self) -> Built:
        """Every item, check, report and price parameter of the program as nodes."""
        built = Built(self.graph, self.program, vectors=self.vectors)
        faults: list[Fault] = []
        for block in self.program.blocks:
            if not self.moves_known(block, faults):
                continue
            for term in block.terms:
                node = self.amount(built, block, term, faults)
                built.terms.append((block.strategy, term.item, term, block, node))
                if term.time is not None:
                    time = self.guard(block, term.time, f"{block.name}, {term.item.name}, at", faults)
                    built.dated.append((block.strategy, term.item, node, time))
            for check in block.checks:
                self.check(built, block.name, block.strategy, check, [block], faults)
            for name, tree in block.reports.items():
                self.report(built, block, name, tree, faults)
            for name, formula in block.formulas.items():
                if name.startswith(("p[", "all[")):
                    node = self.guard(block, formula.tree, f"{block.name}, {name}", faults)
                    where = name[2:-1] if name.startswith("p[") else "all " + name[4:-1]
                    built.probabilities.append((block.strategy, where, node))
        for strategy, checks in self.program.checks.items():
            for check in checks:
                self.check(built, f"strategy {strategy}", strategy, check, self.program.of(strategy), faults)
        raise_faults(faults, ModelError, self.program.title or "model")
        built.prices = linear_prices(built, self.prices, self.decided)
        return built

    def amount(self, built: Built, block: Block, term: Term, faults: list[Fault]) -> int:
        """A term's discounted total; what falls beyond a shortened horizon is left out and noted."""
        place = f"{block.name}, {term.item.name}"
        if (past := self.past(block, term)) is not None:
            written = f'at="{term.written}"'
            built.left_out.append(LeftOut(block.strategy, block.name, "item", term.item.name, written, *past))
        try:
            return self.guard(block, term.value, place, faults, self.tunnel(block, term.where))
        except TimeError as error:
            if _left_out(block, term, error):
                built.left_out.append(_noted(block, error, "item", term.item.name, f'at="{term.written}"'))
            else:
                faults.append(Fault(place, _told(term, error)))
            return self.graph.number(0.0)

    def past(self, block: Block, term: Term) -> tuple[float, float] | None:
        """The time and the end of the horizon of what a tree pays after it; None where it is paid, or differs by draw."""
        if term.ends is None or term.time is None:
            return None
        try:
            pair = [constant(self.graph, self.node(block, expand(tree)), self.draws) for tree in (term.time, term.ends)]
        except ModelError:
            return None  # told with the term
        time, end = pair
        return (time, end) if time is not None and end is not None and time > end + 1e-9 else None

    def value(self, block: Block, term: Term) -> int:
        """A term's discounted total, 0 where a shortened horizon leaves it out."""
        try:
            return self.node(block, expand(term.value), self.tunnel(block, term.where))
        except TimeError as error:
            if _left_out(block, term, error):
                return self.graph.number(0.0)
            raise ModelError(_told(term, error)) from None

    def reached(self, block: Block, term: Term) -> bool:
        """Whether a term falls within the horizon."""
        if self.past(block, term) is not None:
            return False
        try:
            self.node(block, expand(term.value), self.tunnel(block, term.where))
        except TimeError:
            return False
        return True

    def report(self, built: Built, block: Block, name: str, tree: Node, faults: list[Fault]) -> None:
        """A report, or its years; one that looks beyond the horizon is left out and noted."""
        place = f"{block.name}, report {name}"
        for year, part in enumerate(_years(block, tree)):
            try:
                node = self.guard(block, part, place, faults)
            except BeyondError as error:
                built.left_out.append(_noted(block, error, "report", name, f"at {span(error.years)}"))
                return
            except TimeError as error:
                faults.append(Fault(place, str(error)))
                return
            built.reports.append((block.strategy, name, year if part is not tree else -1, node))

    def guard(self, block: Block, tree: Node, place: str, faults: list[Fault], tunnel: int = 0) -> int:
        """A node that must be known once per draw; one value per cycle is a fault here.

        Raises:
            TimeError: a time without a row, of which the caller knows what it means.
        """
        try:
            node = self.node(block, expand(tree), tunnel)
        except TimeError:
            raise
        except ModelError as error:
            faults.append(Fault(place, str(error)))
            return self.graph.number(0.0)
        if self.graph.nodes[node].axes & (CYCLE | TUNNEL):
            faults.append(Fault(place, "has a value per cycle where one is needed: sum(x), at(x, years) or largest(x)"))
            return self.graph.number(0.0)
        return node

    def moves_known(self, block: Block, faults: list[Fault]) -> bool:
        """Whether the moves of a block can be built; what is wrong with them is told once, not item by item."""
        try:
            if block.states:
                self.vector(block)
        except ModelError as error:
            faults.append(Fault(block.name, str(error)))
            return False
        return True

    def check(
        self, built: Built, place: str, strategy: str, check: CheckFormula, blocks: list[Block], faults: list[Fault]
    ) -> None:
        """A check's value, target and tolerance; over several blocks its reductions add up. One that looks beyond the horizon
        is left out and noted.
        """
        home = blocks[0]
        where = f"{place}, check {check.name}"
        target = check.equals if check.equals is not None else check.at_most
        assert target is not None
        try:
            value = self.across(blocks, expand(check.value), where, faults)
            wanted = self.across(blocks, expand(target), where, faults)
            within = self.guard(home, check.within, where, faults)
        except BeyondError as error:
            clocked = next(block for block in blocks if block.clock)
            built.left_out.append(_noted(clocked, error, "check", check.name, f"at {span(error.years)}"))
            return
        except TimeError as error:
            faults.append(Fault(where, str(error)))
            return
        built.checks.append((strategy, place, check, value, wanted, within))

    def across(self, blocks: list[Block], tree: Node, place: str, faults: list[Fault]) -> int:
        """A tree seen from a strategy: each reduction is the sum of those over the blocks that have its names."""
        if len(blocks) == 1 and blocks[0].clock:
            return self.guard(blocks[0], tree, place, faults)
        clocked = [block for block in blocks if block.clock]
        if isinstance(tree, Call) and tree.op in ("largest", "smallest") and len(clocked) > 1:
            faults.append(
                Fault(place, f"{tree.op}() of several structures does not add up: declare the check on each of them")
            )
            return self.graph.number(0.0)
        if isinstance(tree, Call) and tree.op in ("sum", "at", "largest", "smallest"):
            total = self.graph.number(0.0)
            reasons: list[Fault] = []
            found = False
            for block in clocked:
                mine: list[Fault] = []
                node = self.guard(block, tree, place, mine)
                found = found or not mine
                total = self.graph.apply("+", total, node) if not mine else total
                reasons += mine
            if not found:
                faults += reasons or [
                    Fault(place, f"{tree.op}() needs a structure with a clock; this strategy has none")
                ]
            return total
        if isinstance(tree, Call) and tree.op in PRIMITIVES:
            return self.graph.apply(tree.op, *(self.across(blocks, arg, place, faults) for arg in tree.args))
        return self.guard(blocks[0], tree, place, faults)


def _left_out(block: Block, term: Term, error: TimeError) -> bool:
    """Whether a time without a row is that of a dated item which the model's own horizon reaches, and a shorter one not."""
    return isinstance(error, BeyondError) and bool(term.written) and error.row <= block.declared_cycles + 1e-9


def _told(term: Term, error: TimeError) -> str:
    """What is wrong with a time, after what its author wrote."""
    why = f"{error.why}, and it changes a total" if isinstance(error, BeyondError) else error.why
    return f'at="{term.written}": {why}' if term.written else f"at(x, {error.years:g}): {why}"


def _noted(block: Block, error: TimeError, kind: str, name: str, written: str) -> LeftOut:
    assert block.clock is not None
    horizon = block.clock.cycles / block.clock.per_year
    return LeftOut(block.strategy, block.name, kind, name, written, error.years, horizon)


def _years(block: Block, tree: Node) -> list[Node]:
    """A report as what it is made of: itself, or for by_year(x) the sum of each year from the block's start."""
    if not (isinstance(tree, Call) and tree.op == "by_year" and block.clock):
        return [tree]
    count = int(block.clock.cycles / block.clock.per_year + 1e-9) + 1
    return [Call("sum", (tree.args[0], Number(float(year)), Number(year + 1.0))) for year in range(count)]
