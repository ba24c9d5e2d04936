"""The sheet of a strategy's tree: its formulas, a probability per branch, amounts, and a table with a row per path.

Totals are reach x amount, added; the paths' table says the same another way: probability x what is met on the path.
"""

from hecon.formula.program import Block
from hecon.formula.syntax import Name, Node, Number, factors
from hecon.outcomes import Item
from hecon.structure.scope import total
from hecon.workbook.pages.item_columns import Piece, product
from hecon.workbook.pages.open_choices import LiveTerm
from hecon.workbook.pages.page import LEFT, TOP, Page, Scalar, Source, letters
from hecon.workbook.pages.spelling import Speller


class TreeTable:
    """Prints the block of a strategy that has no clock."""

    def __init__(self, page: Page, block: Block, speller: Speller, terms: tuple[LiveTerm, ...]) -> None:
        self.page, self.block, self.speller, self.terms = page, block, speller, terms
        self.paths = [name[5:-1] for name in block.formulas if name.startswith("path[")]

    def branches(self) -> None:
        """The probability of every branch, and the paths with their products."""
        for name, formula in self.block.formulas.items():
            if name.startswith(("p[", "all[")):
                where = name[name.index("[") + 1 : -1]
                title = where if name.startswith("p[") else f"branches at {where or 'the top'}, together"
                text = self.speller.text(formula.tree)
                section = (
                    "probabilities of branches" if name.startswith("p[") else "probabilities that must add up to 1"
                )
                scalar = Scalar(title, text, Source(self.block.name, "tree", Name(name)), formula.text, "", section)
                self.page.add(scalar)
                self.speller.known["name", name, ""] = scalar
        if self.paths in ([], [""]):
            return
        deep = max((len(self.parts(path)) for path in self.paths), default=0)
        for k in range(deep):
            self.page.words.append((-1, 1 + k, f"branch {k + 1}"))
        self.page.words += [(-1, 0, "path"), (-1, 1 + deep, "probability")]
        for r, path in enumerate(self.paths):
            parts = self.parts(path)
            self.page.words.append((r, 0, path))
            cells = []
            for k, part in enumerate(parts):
                source = Source(self.block.name, "tree", Name(f"p[{part}]"))
                cells.append(self.page.put(r, 1 + k, Scalar(part, self.speller.name(f"p[{part}]", ""), source)))
            source = Source(self.block.name, "tree", Name(f"path[{path}]"))
            product_of = Scalar(path, "*".join(cells), source)
            self.page.put(r, 1 + deep, product_of)
            self.speller.known["name", f"path[{path}]", ""] = product_of
        ends = [self.speller.name(f"path[{path}]", "") for path in self.paths]
        self.page.words.append((len(self.paths), 0, "all paths"))
        tree = total([Name(f"path[{path}]") for path in self.paths])
        self.page.put(
            len(self.paths), 1 + deep, Scalar("all paths", "+".join(ends), Source(self.block.name, "tree", tree))
        )

    def parts(self, path: str) -> list[str]:
        """The branches of a path, from the top, by their full labels."""
        named = [name[2:-1] for name in self.block.formulas if name.startswith("p[")]
        return [one for one in named if path == one or path.startswith(one + " / ")]

    def write(self) -> tuple[list[Piece], list[Piece]]:
        """The cells of every item in total and of every piece of it."""
        totals, pieces = [], []
        by_item: dict[Item, list[int]] = {}
        for k, term in enumerate(self.terms):
            by_item.setdefault(term.item, []).append(k)
        amounts: dict[int, tuple[str, Node]] = {}
        column = 3 + max((len(self.parts(path)) for path in self.paths), default=0)
        for item, mine in by_item.items():
            texts = []
            for k in mine:
                reach, amount = self.split(self.terms[k].value)
                source = Source(self.block.name, "tree", amount)
                where = self.terms[k].where
                title = f"{item.kind}: {item.name}" + (f", {where}" if where else "")
                cell = self.page.add(Scalar(title, self.speller.text(amount), source, "", item.unit, "amounts"))
                amounts[k] = cell, amount
                texts.append("*".join([*(self.speller.text(one) for one in reach), cell]))
            title = f"{item.kind}: {item.name}"
            written = "probability of getting there x amount, added"
            scalar = Scalar(
                title, "+".join(texts), Source(self.block.name, "total", tuple(mine)), written, item.unit, "totals"
            )
            self.page.add(scalar)
            totals.append(Piece(self.block.strategy, self.block.name, item, "", scalar))
            pieces += self.pieces(item, mine, dict(zip(mine, texts, strict=True)), scalar)
            if self.paths not in ([], [""]):
                self.along_paths(item, mine, amounts, column)
                column += 1
        return totals, pieces

    def pieces(self, item: Item, mine: list[int], texts: dict[int, str], whole: Scalar) -> list[Piece]:
        """An item branch by branch."""
        places: dict[str, list[int]] = {}
        for k in mine:
            places.setdefault(self.terms[k].where, []).append(k)
        found = []
        for where, some in places.items():
            cell = whole
            if len(places) > 1:
                source = Source(self.block.name, "total", tuple(some))
                title = f"{item.kind}: {item.name}, {where or 'at the decision'}"
                cell = Scalar(title, "+".join(texts[k] for k in some), source, "", item.unit, "totals by branch")
                self.page.add(cell)
            found.append(Piece(self.block.strategy, self.block.name, item, where, cell))
        return found

    def along_paths(self, item: Item, mine: list[int], amounts: dict[int, tuple[str, Node]], column: int) -> None:
        """What an item comes to on each path, and its mean over the paths."""
        self.page.words.append((-1, column, f"{item.kind}: {item.name}"))
        for r, path in enumerate(self.paths):
            met = [k for k in mine if self.terms[k].where == "" or self.terms[k].where in self.parts(path)]
            tree = total([amounts[k][1] for k in met])
            text = "+".join(amounts[k][0] for k in met) or "0"
            self.page.put(r, column, Scalar(f"{item.name}, {path}", text, Source(self.block.name, "tree", tree)))
        last = len(self.paths)
        chance = LEFT + 1 + max(len(self.parts(path)) for path in self.paths)
        rows = [f"${letters(k)}${TOP + 1}:${letters(k)}${TOP + last}" for k in (chance, LEFT + column)]
        text = f"SUMPRODUCT({rows[0]},{rows[1]})"
        self.page.put(last, column, Scalar(f"{item.name}, mean", text, Source(self.block.name, "total", tuple(mine))))

    def split(self, value: Node) -> tuple[list[Node], Node]:
        """The probability of getting there and the amount paid there."""
        parts = factors(value)
        reach: list[Node] = [one for one in parts if isinstance(one, Name) and one.name.startswith(("p[", "path["))]
        rest = [one for one in parts if one not in reach]
        return reach, product(rest) if rest else Number(1.0)
