"""What a block with a clock counts: a column per item, its discounted total, and the same total state by state.

An item's column holds its undiscounted flow per cycle with its weights; totals are sums of flow x discount over live rows.
"""

from dataclasses import dataclass

from hecon.formula.syntax import Call, Node, Number, Text
from hecon.outcomes import Item
from hecon.workbook.clock_columns import ClockColumns
from hecon.workbook.live_terms import LiveTerm
from hecon.workbook.page import Column, Ref, Scalar, Source, Strip
from hecon.workbook.spelling import CYCLE, TUNNEL


@dataclass(frozen=True)
class Piece:
    """A cell that holds what an item comes to in a strategy: in total (`where` is "") or in one state, move or branch."""

    strategy: str
    block: str
    item: Item
    where: str
    cell: Scalar


class ItemColumns:
    """Prints the terms of one block with a clock."""

    def __init__(self, columns: ClockColumns, terms: tuple[LiveTerm, ...]) -> None:
        self.columns, self.speller, self.page = columns, columns.speller, columns.page
        self.block, self.terms = columns.block, terms
        self.flows: dict[tuple[Node, str], Column] = {}

    def write(self) -> tuple[list[Piece], list[Piece]]:
        """The cells of every item in total, and of every piece of it."""
        totals, pieces = [], []
        by_item: dict[Item, list[int]] = {}
        for k, term in enumerate(self.terms):
            by_item.setdefault(term.item, []).append(k)
        for item, mine in by_item.items():
            cell = self.total(item, mine)
            totals.append(Piece(self.block.strategy, self.block.name, item, "", cell))
            places = {
                where: [k for k in mine if self.terms[k].where == where]
                for where in dict.fromkeys(self.terms[k].where for k in mine)
            }
            for where, some in places.items():
                alone = len(places) == 1
                pieces.append(
                    Piece(
                        self.block.strategy,
                        self.block.name,
                        item,
                        where,
                        cell if alone else self.piece(item, where, some),
                    )
                )
        return totals, pieces

    def total(self, item: Item, mine: list[int]) -> Scalar:
        """An item's discounted total: a sum per discount factor, and what is paid on entering."""
        texts = []
        groups: dict[Node, list[int]] = {}
        for k in mine:
            term = self.terms[k]
            if term.flow is None:
                texts.append(self.speller.text(term.value))
            else:
                groups.setdefault(term.discount or Number(1.0), []).append(k)
        for n, (discount, some) in enumerate(groups.items()):
            title = f"{item.kind}: {item.name}" + (f" ({n + 1})" if n else "")
            column = self.flow(title, some)
            texts.append(self.discounted(self.page.range_of(column), discount, some))
        written = "flow x discount factor, added over the live rows"
        scalar = Scalar(f"{item.kind}: {item.name}", "+".join(texts), Source(self.block.name, "total", tuple(mine)), written,
                        item.unit, "discounted totals")  # fmt: skip
        self.page.add(scalar)
        return scalar

    def piece(self, item: Item, where: str, some: list[int]) -> Scalar:
        """An item's discounted total in one state or move."""
        texts = [self.speller.text(self.terms[k].value) if self.terms[k].flow is None else self.summed(k) for k in some]
        scalar = Scalar(f"{item.kind}: {item.name}, {where}", "+".join(texts), Source(self.block.name, "total", tuple(some)),
                        "", item.unit, "discounted totals by state")  # fmt: skip
        self.page.add(scalar)
        return scalar

    def flow(self, title: str, some: list[int]) -> Column:
        """The column of some terms' flows together; flows that are the same share one."""
        parts = [factors(self.terms[k].flow) for k in some]
        common = in_common(parts) if len(parts) > 1 else []
        tunnelled = any(self.tunnel(self.terms[k]) for k in some)
        if tunnelled:
            common = []
        texts = []
        for k, part in zip(some, parts, strict=True):
            own = list(part)
            for one in common:
                own.remove(one)
            texts.append(self.row_text(product(own), self.terms[k].where))
        text = "+".join(texts)
        if common:
            text = "*".join([f"({text})", *(self.factor(one) for one in common)])
        key = (Text(text), "")
        if key not in self.flows:
            column = Column(
                title, text, Source(self.block.name, "flow", tuple(some)), "undiscounted, per cycle", "items"
            )
            self.page.add(column)
            self.flows[key] = column
        return self.flows[key]

    def summed(self, k: int) -> str:
        """A term's discounted total as one sum over rows, straight from the columns it is made of."""
        term = self.terms[k]
        assert term.flow is not None
        if self.tunnel(term):
            return self.discounted(
                self.page.range_of(self.flow(f"{term.item.name}: {term.where}", [k])), term.discount, [k]
            )
        columns, scalars = [], []
        for one in factors(term.flow):
            if self.speller.shape(one) & CYCLE:
                columns.append(self.page.range_of(self.column_of(one)))
            else:
                scalars.append(self.factor(one))
        discount = term.discount or Number(1.0)
        if self.speller.shape(discount) & CYCLE:
            columns.append(self.page.range_of(self.discount(discount, k)))
        elif discount != Number(1.0):
            scalars.append(self.factor(discount))
        columns.append(self.page.range_of(self.columns.live()))
        return "*".join([f"SUMPRODUCT({','.join(columns)})", *scalars])

    def column_of(self, tree: Node) -> Column:
        """The column of a factor."""
        match tree:
            case Call(op="occupancy", args=(Text(value=state),)):
                return self.columns.state(state)
            case Call(op="moves", args=(Text(value=move),)):
                return self.columns.move(move)
            case Call(op="flow_weight"):
                return self.columns.weight()
            case Call(op="event_weight", args=(row,)):
                return self.columns.event_weight(row)
        found = self.speller.hoist(tree)
        assert isinstance(found, Column)
        return found

    def discounted(self, values: str, discount: Node | None, some: list[int]) -> str:
        """The sum over live rows of a column times a discount factor."""
        live = self.page.range_of(self.columns.live())
        if discount is None or discount == Number(1.0):
            return f"SUMPRODUCT({values},{live})"
        if self.speller.shape(discount) & CYCLE:
            return f"SUMPRODUCT({values},{self.page.range_of(self.discount(discount, some[0]))},{live})"
        return f"SUMPRODUCT({values},{live})*{self.factor(discount)}"

    def discount(self, tree: Node, k: int) -> Column:
        """The column of a discount factor."""
        key = ("tree", tree, "")
        known = self.speller.known
        if key not in known:
            kind = "costs" if self.terms[k].item.kind == "cost" else "effects"
            others = [one for one in self.page.columns if one.title.startswith(f"discount, {kind}")]
            title = f"discount, {kind}" + (f" ({len(others) + 1})" if others else "")
            column = Column(
                title, self.speller.text(tree), Source(self.block.name, "discount", k), "present value of 1", "clock"
            )
            known[key] = column
            self.page.add(column)
        found = known[key]
        assert isinstance(found, Column)
        return found

    def factor(self, tree: Node) -> str:
        """A factor of a product, bracketed where it must be."""
        text = self.speller.text(Call("*", (Number(1.0), tree)))
        return text[2:] if text.startswith("1*") else text

    def tunnel(self, term: LiveTerm) -> str:
        """The tunnel state whose clock a term uses, or ""."""
        state = term.where.split(" -> ")[0]
        vector = self.block.states
        if vector is None or state not in vector.tunnels or term.flow is None:
            return ""
        return state if self.speller.shape(term.flow, state) & TUNNEL else ""

    def row_text(self, tree: Node, where: str) -> str:
        """A flow in a row; what depends on the time since entry is added over the tunnels."""
        state = where.split(" -> ")[0]
        vector = self.block.states
        if vector is None or state not in vector.tunnels or not self.speller.shape(tree, state) & TUNNEL:
            return self.speller.text(tree)
        return self.over_tunnels(tree, state)

    def over_tunnels(self, tree: Node, state: str) -> str:
        """A sum over tunnels: the state's columns times what depends on them, times the rest."""
        if not self.speller.shape(tree, state) & TUNNEL:
            return self.speller.text(tree, state)
        if isinstance(tree, Call) and tree.op in ("+", "-"):
            left, right = (self.over_tunnels(arg, state) for arg in tree.args)
            return f"({left}{tree.op}({right}))"
        if isinstance(tree, Call) and tree.op == "/" and not self.speller.shape(tree.args[1], state) & TUNNEL:
            return f"({self.over_tunnels(tree.args[0], state)})/({self.speller.text(tree.args[1])})"
        bands: list[str] = []
        others: list[str] = []
        for one in factors(tree):
            match one:
                case Call(op="occupancy", args=(Text(value=word),)) if word == state:
                    bands.insert(0, self.page.band_of(self.columns.tunnels(state)))
                case Call(op="moves", args=(Text(value=move),)) if move.startswith(f"{state} -> "):
                    bands.insert(0, self.page.band_of(self.columns.tunnels(state)))
                    a, b = move.split(" -> ")
                    if (a, b) in self.columns.bands:
                        bands.append(self.columns.bands[a, b])
                    else:
                        others.append(self.columns.entries[a, b])
                    others.append(self.columns.cell(self.columns.moving()))
                case _ if self.speller.shape(one, state) & TUNNEL:
                    made: Scalar | Column | Strip = self.speller.hoist(one, state)
                    bands.append(self.page.register.token(Ref(self.page, made, "band")))
                case _:
                    others.append(self.factor(one))
        return "*".join([f"SUMPRODUCT({','.join(bands)})", *others])


def factors(tree: Node | None) -> list[Node]:
    """The factors of a product, from the left.

    >>> from hecon.formula.syntax import parse
    >>> len(factors(parse("a * (b * c) * (d + e)")))
    4
    """
    if isinstance(tree, Call) and tree.op == "*":
        return [one for arg in tree.args for one in factors(arg)]
    return [tree] if tree is not None else []


def in_common(parts: list[list[Node]]) -> list[Node]:
    """The factors that all parts have, each as often as all have it: a price squared in one part is common once.

    >>> from hecon.formula.syntax import parse
    >>> [one.name for one in in_common([factors(parse("c * h * h")), factors(parse("2 * h * c"))])]
    ['c', 'h']
    """
    left = [list(part) for part in parts[1:]]
    common = []
    for one in parts[0]:
        if all(one in rest for rest in left):
            common.append(one)
            for rest in left:
                rest.remove(one)
    return common


def product(trees: list[Node]) -> Node:
    """Factors as one product; 1 for none.

    >>> product([Number(2.0)])
    Number(value=2.0)
    """
    result: Node = trees[0] if trees else Number(1.0)
    for tree in trees[1:]:
        result = Call("*", (result, tree))
    return result
