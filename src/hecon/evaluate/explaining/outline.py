"""Which number an explanation is asked for: a formula, a move, a state, an item, a branch, a report, and what stands below it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hecon.errors import ModelError, nearest
from hecon.evaluate.explaining.operands import Draft, Lines
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program, Term
from hecon.formula.syntax import Call, Node, Text
from hecon.formula.text import to_text
from hecon.structure.scope import product, total

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws


class Outline(Lines):
    """The outline of one explanation: a strategy seen in one row, at one tunnel. `home` is the block of what is asked for."""

    def __init__(
        self, program: Program, draws: "Draws", strategy: str, cycle: int, tunnel: int, block: str | None
    ) -> None:
        super().__init__(program, draws, tunnel)
        self.strategy, self.cycle, self.asked_tunnel = strategy, cycle, tunnel
        known = [one.name for one in program.of(strategy)]
        if block is not None and block not in known:
            raise ModelError(
                f"strategy {strategy} has no block '{block}'{nearest(block, known)} (known: {', '.join(known)})"
            )
        self.blocks = [one for one in program.of(strategy) if block in (None, one.name)]
        self.home = self.blocks[0]

    @property
    def used_tunnel(self) -> bool:
        """Whether something shown depends on the time spent in a state."""
        return self.builder.used

    def of(self, name: str) -> list[Draft]:
        """The lines that explain a name."""
        for block in [*(one for one in self.blocks if one.clock), *(one for one in self.blocks if not one.clock)]:
            if self._in_block(block, name.strip()):
                return self.drafts
        ways = [block for block in self.blocks for term in block.terms if term.item.name == name]
        if ways:
            self._enter(next((block for block in ways if block.clock), ways[0]))
            self._item(name)
        elif name in self.draws.book.parameters or name == "pi":
            self.named(0, self.home, name, -1)
        else:
            raise ModelError(f"strategy {self.strategy} has nothing called '{name}'{nearest(name, self._known())}")
        return self.drafts

    def _in_block(self, block: Block, name: str) -> bool:
        """Explain a name that the block itself has: formula, move, state, branch or report."""
        states = block.states.states if block.states else tuple(block.occupied)
        state = name.removeprefix("occupancy[").removesuffix("]").strip("\"'")
        move = " -> ".join(
            part.strip() for part in name.removeprefix("moves[").removesuffix("]").strip("\"'").split("->")
        )
        branches = [k for k in block.formulas if k.startswith("p[") and f" / {k[2:-1]}".endswith(f" / {name}")]
        moves = [f"{a} -> {b}" for a, b in block.states.entries] if block.states else list(block.moved)
        named = name in block.formulas or (name == "cycle" and block.clock is not None)
        moved = move in moves
        if not (named or moved or state in states or branches or name in block.reports):
            return False
        self._enter(block)
        if named:
            self.named(0, block, name, self.cycle)
        elif moved and name.startswith("moves["):
            self.operand(0, block, Call("moves", (Text(move),)), self.cycle)
        elif moved:
            self.entry(0, block, move, self.cycle)
        elif state in states:
            self._state(block, state)
        elif branches:
            for key in branches:
                self.named(0, block, key, self.cycle)
        else:
            tree = block.reports[name]
            inner = tree.args[0] if isinstance(tree, Call) and tree.op == "by_year" else tree
            self.formula(0, block, name, inner, to_text(tree), "", self.cycle)
        return True

    def _enter(self, block: Block) -> None:
        self.home = block
        if block.clock and not 0 <= self.cycle <= block.clock.cycles:
            raise ModelError(f"{block.name} has rows 0 to {block.clock.cycles}; there is no cycle {self.cycle}")
        lengths = [tunnel.length for tunnel in block.states.tunnels.values()] if block.states else []
        if self.asked_tunnel and self.asked_tunnel >= max(lengths, default=0):
            raise ModelError(f"{block.name} has no tunnel {self.asked_tunnel} (it counts from 0)")

    def _known(self) -> Iterator[str]:
        for block in self.blocks:
            yield from (k[2:-1].split(" / ")[-1] if k.startswith("p[") else k for k in block.formulas)
            yield from block.states.states if block.states else block.occupied
            yield from (f"{a} -> {b}" for a, b in block.states.entries) if block.states else block.moved
            yield from (term.item.name for term in block.terms)
            yield from block.reports
        yield from self.draws.book.parameters

    def _state(self, block: Block, state: str) -> None:
        """The share in a state: that of the row before, who came and who left; in row 0 the start; of a partitioned
        cohort what its curves say.
        """
        vector = block.states
        here, row = Call("occupancy", (Text(state),)), self.cycle
        node = self.node(block, here)
        if vector is None:
            share = product(block.mass, block.occupied[state].tree)
            self.formula(0, block, to_text(here), share, to_text(share), "", row, node)
            return
        if row == 0:
            start = vector.start[state]
            self.formula(0, block, to_text(here), start, f"{to_text(start)}, at the start", "", 0, node)
            return
        came = [Call("moves", (Text(f"{a} -> {b}"),)) for a, b in vector.entries if b == state and a != b]
        left = [Call("moves", (Text(f"{a} -> {b}"),)) for a, b in vector.entries if a == state and a != b]
        tree: Node = total([here, *came])
        for one in left:
            tree = Call("-", (tree, one))
        self.drafts.append(Draft(0, to_text(here), (node, row)))
        self.formula(1, block, "from the row before", tree, to_text(tree), "", row - 1)

    def _item(self, name: str) -> None:
        """An item's discounted total, kind by kind, and its pieces in all blocks of the strategy."""
        found: dict[str, list[tuple[Block, Term, int]]] = {}
        for block in self.blocks:
            for term in block.terms:
                if term.item.name == name:
                    node = self.builder.value(block, term)
                    found.setdefault(term.item.kind, []).append((block, term, node))
        for kind, pieces in found.items():
            whole = self.graph.number(0.0)
            for _, _, node in pieces:
                whole = self.graph.apply("+", whole, node)
            money = self.draws.book.settings.get("currency", "")
            unit = money if kind == "cost" else pieces[0][1].item.unit
            self.drafts.append(Draft(0, f"{kind} {name}, in total", (whole, -1), unit))
            for block, term, node in pieces:
                self._piece(block, term, node)

    def _piece(self, block: Block, term: Term, node: int) -> None:
        name = f"{term.where or 'all'} ({block.name})"
        if not self.builder.reached(block, term):
            self.drafts.append(Draft(1, name, (node, -1), text="falls beyond the horizon, so it is left out"))
            return
        if term.flow is None or not (isinstance(term.value, Call) and term.value.op == "sum"):
            self.formula(1, block, name, term.value, to_text(term.value), "", self.cycle, node)
            return
        self.drafts.append(
            Draft(1, name, (node, -1), text="what happens in each cycle, discounted, added over the cycles")
        )
        if block.clock is None or self.cycle > block.clock.cycles:
            return
        tunnel = self.builder.tunnel(block, term.where)
        tunnels = ", its tunnels added up" if tunnel else ""
        for what, tree in (("in the cycle", term.flow), ("in the cycle, discounted", term.present)):
            if tree is not None and (tree != term.flow or what == "in the cycle"):
                cycle = self.builder.node(block, expand(tree), tunnel)
                self.formula(2, block, what + tunnels, tree, to_text(tree), "", self.cycle, cycle)
