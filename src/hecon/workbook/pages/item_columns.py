"""What a block with a clock counts: a column per item, its discounted total, and the same total state by state.

Row k of an item's column is what happens in the cycle from k to k + 1, discounted: amounts of row k times the time spent in
each state, or times the moves. Totals are sums over live rows.
"""

from dataclasses import dataclass

from hecon.formula.syntax import Call, Node, Number, Text, factors
from hecon.outcomes import Item
from hecon.workbook.pages.clock_columns import ClockColumns
from hecon.workbook.pages.open_choices import LiveTerm
from hecon.workbook.pages.page import Column, Ref, Scalar, Source, Strip
from hecon.workbook.pages.spelling import CYCLE, TUNNEL


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
        self.presents: dict[str, Column] = {}

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
        """An item's discounted total: the sum of its column, and what is paid on entering."""
        texts = [self.speller.text(self.terms[k].value) for k in mine if self.terms[k].present is None]
        running = [k for k in mine if self.terms[k].present is not None]
        if running:
            texts.append(self.over_rows(self.present(f"{item.kind}: {item.name}", running)))
        written = "the item's column, added over the live rows"
        scalar = Scalar(f"{item.kind}: {item.name}", "+".join(texts), Source(self.block.name, "total", tuple(mine)), written,
                        item.unit, "discounted totals")  # fmt: skip
        self.page.add(scalar)
        return scalar

    def piece(self, item: Item, where: str, some: list[int]) -> Scalar:
        """An item's discounted total in one state or move."""
        texts = [
            self.speller.text(self.terms[k].value) if self.terms[k].present is None else self.summed(k) for k in some
        ]
        scalar = Scalar(f"{item.kind}: {item.name}, {where}", "+".join(texts), Source(self.block.name, "total", tuple(some)),
                        "", item.unit, "discounted totals by state")  # fmt: skip
        self.page.add(scalar)
        return scalar

    def present(self, title: str, some: list[int]) -> Column:
        """The column of what some terms come to in each cycle, discounted; those that are the same share one."""
        parts = [factors(self.terms[k].present) for k in some]
        common = in_common(parts) if len(parts) > 1 else []
        if any(self.tunnel(self.terms[k]) for k in some):
            common = []
        texts = []
        for k, part in zip(some, parts, strict=True):
            own = list(part)
            for one in common:
                own.remove(one)
            texts.append(self.row_text(k, own))
        text = "+".join(texts)
        if common:
            text = "*".join([f"({text})", *(self.factor(one, some[0]) for one in common)])
        if text not in self.presents:
            source = Source(self.block.name, "present", tuple(some))
            self.presents[text] = Column(title, text, source, "in the cycle, discounted", "items")
            self.page.add(self.presents[text])
        return self.presents[text]

    def summed(self, k: int) -> str:
        """A term's discounted total as one sum over rows, straight from the columns it is made of."""
        term = self.terms[k]
        if self.tunnel(term):
            return self.over_rows(self.present(f"{term.item.name}: {term.where}", [k]))
        columns, scalars = [], []
        for one in factors(term.present):
            if self.speller.shape(one) & CYCLE:
                columns.append(self.page.range_of(self.column_of(one, k)))
            else:
                scalars.append(self.factor(one, k))
        columns.append(self.page.range_of(self.columns.live()))
        return "*".join([f"SUMPRODUCT({','.join(columns)})", *scalars])

    def over_rows(self, column: Column) -> str:
        """The sum of a column over the live rows."""
        return f"SUMPRODUCT({self.page.range_of(column)},{self.page.range_of(self.columns.live())})"

    def column_of(self, tree: Node, k: int) -> Column:
        """The column of a factor of a term."""
        kind = "costs" if self.terms[k].item.kind == "cost" else "effects"
        match tree:
            case _ if tree == self.terms[k].discount:
                return self.columns.time.discount(tree, kind, " of moves" if "->" in self.terms[k].where else "")
            case Call(op="occupancy", args=(Text(value=state),)):
                return self.columns.state(state)
            case Call(op="moves", args=(Text(value=move),)):
                return self.columns.move(move)
            case Call(op="time_in"):
                return self.columns.time.spent(tree, kind)
            case Call(op="event_weight", args=(row,)):
                return self.columns.event_weight(row)
        found = self.speller.hoist(tree)
        assert isinstance(found, Column)
        return found

    def factor(self, tree: Node, k: int) -> str:
        """A factor of a term, bracketed where it must be; time spent and discount factors stand in columns of their own."""
        apart = tree == self.terms[k].discount or (isinstance(tree, Call) and tree.op == "time_in")
        if apart and self.speller.shape(tree) & CYCLE:
            return self.columns.cell(self.column_of(tree, k))
        text = self.speller.text(Call("*", (Number(1.0), tree)))
        return text[2:] if text.startswith("1*") else text

    def tunnel(self, term: LiveTerm) -> str:
        """The tunnel state whose clock a term uses, or ""."""
        state = term.where.split(" -> ")[0]
        vector = self.block.states
        if vector is None or state not in vector.tunnels or term.present is None:
            return ""
        return state if self.speller.shape(term.present, state) & TUNNEL else ""

    def row_text(self, k: int, parts: list[Node]) -> str:
        """A product of a term's factors in a row; what depends on the time since entry is added over the tunnels."""
        state = self.tunnel(self.terms[k])
        if state:
            return self.over_tunnels(k, product(parts), state)
        return "*".join(self.factor(one, k) for one in parts) or "1"

    def over_tunnels(self, k: int, tree: Node, state: str) -> str:
        """A sum over tunnels: the state's columns times what depends on them, times the rest."""
        if not self.speller.shape(tree, state) & TUNNEL:
            return self.speller.text(tree, state)
        if isinstance(tree, Call) and tree.op in ("+", "-"):
            left, right = (self.over_tunnels(k, arg, state) for arg in tree.args)
            return f"({left}{tree.op}({right}))"
        if isinstance(tree, Call) and tree.op == "/" and not self.speller.shape(tree.args[1], state) & TUNNEL:
            return f"({self.over_tunnels(k, tree.args[0], state)})/({self.speller.text(tree.args[1])})"
        bands: list[str] = []
        others: list[str] = []
        time: Call | None = None
        for one in factors(tree):
            match one:
                case Call(op="time_in", args=(Call(op="occupancy", args=(Text(value=word),)), *_)) if word == state:
                    time = one
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
                    others.append(self.factor(one, k))
        summed = self.tunnel_time(k, time, bands, state) if time is not None else f"SUMPRODUCT({','.join(bands)})"
        return "*".join([summed, *others])

    def tunnel_time(self, k: int, time: Call, amounts: list[str], state: str) -> str:
        """Time spent in each tunnel times its amount: who is there at the cycle's start and who is there at its end, each
        with the amount of its tunnel; at the end, those in the model's first tunnel from its start have that of the start.
        """
        assert self.block.states is not None
        columns = self.columns.time
        kind = "costs" if self.terms[k].item.kind == "cost" else "effects"
        first, last = columns.ends(time.args[2], time.args[3], kind)
        here = self.page.band_of(self.columns.tunnels(state))
        below = self.page.register.shifted(here, 1)
        given = ",".join(amounts)
        at_end = f"SUMPRODUCT({below},{given})"
        if self.block.states.start[state] != Number(0.0):
            row = self.columns.row()
            left, reached = ("*".join(f"INDEX({band},1,{row}+{j})" for band in amounts) for j in (1, 2))
            length = self.block.states.tunnels[state].length
            at_end = f"({at_end}+IF({row}+2<={length},INDEX({below},1,{row}+2)*({left}-{reached}),0))"
        return f"({columns.weight('this')}*SUMPRODUCT({here},{given}){first}+{columns.weight('next')}*{at_end}{last})"


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
