"""The checks a model declares, as cells: value, target and tolerance, on the sheet of the block or the strategy they belong to."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import Fault
from hecon.evaluate.horizon import BeyondError
from hecon.formula.macros import expand
from hecon.formula.program import Block, CheckFormula
from hecon.formula.syntax import Call, Name, Node, substitute
from hecon.workbook.pages.beyond import beyond, latest
from hecon.workbook.pages.engine_values import CellBuilder
from hecon.workbook.pages.page import Page, Scalar, Source

if TYPE_CHECKING:
    from hecon.workbook.pages.model_pages import Twin

_REDUCING = ("sum", "at", "largest", "smallest")


@dataclass(frozen=True)
class CheckCells:
    """A declared check's cells; `time` is when it looks at the cohort, None for one that looks at all rows or at none."""

    name: str
    strategy: str
    page: Page
    value: Scalar
    target: Scalar
    within: Scalar
    at_most: bool
    time: Source | None
    latest: float | None = None
    beyond: str = ""


def declared_checks(twin: "Twin") -> list[CheckCells]:
    """Every check of every block and strategy, printed on a page."""
    found = []
    builder = twin.builder
    for block in twin.program.blocks:
        found += [_cells(twin, builder, check, block, [block]) for check in block.checks]
    for strategy, checks in twin.program.checks.items():
        blocks = twin.program.of(strategy)
        found += [_cells(twin, builder, check, blocks[0], blocks) for check in checks]
    return found


def _cells(twin: "Twin", builder: CellBuilder, check: CheckFormula, home: Block, blocks: list[Block]) -> CheckCells:
    target = check.equals if check.equals is not None else check.at_most
    assert target is not None
    page = twin.pages[home.name]
    one = len(blocks) == 1 and blocks[0].clock is not None
    looked = check.value.args[1] if isinstance(check.value, Call) and check.value.op == "at" else None
    time = Source(home.name, "tree", looked) if looked is not None else None
    cells = []
    for words, tree in (("value", check.value), ("target", target), ("within", check.within)):
        if one or words == "within":
            text, source = twin.spellers[home.name].text(tree), Source(home.name, "tree", tree)
        else:
            text, source = _across(twin, builder, tree, blocks), Source(home.name, "across", tree)
        title = f"{check.name}: {words}"
        written = "at most" if words == "target" and check.at_most is not None else ""
        scalar = Scalar(title, text, source, written, section="declared checks")
        page.add(scalar)
        cells.append(scalar)
    looked_at = latest(builder, blocks, Call("max", (check.value, target)))
    hidden = beyond(twin.control("horizon"), blocks, looked_at)
    upper = check.at_most is not None
    return CheckCells(check.name, home.strategy, page, cells[0], cells[1], cells[2], upper, time, looked_at, hidden)


def _across(twin: "Twin", builder: CellBuilder, tree: Node, blocks: list[Block]) -> str:
    """A tree seen from a strategy: each reduction is the sum of those over the blocks that have its names."""

    def replaced(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.op not in _REDUCING:
            return None
        parts = []
        for block in blocks:
            missing: list[Fault] = []
            if block.clock:
                with suppress(BeyondError):  # the cell says so itself
                    builder.guard(block, expand(node), "", missing)
                if not missing:
                    parts.append(twin.spellers[block.name].reduction(node))
        return Name("\x06(" + "+".join(parts) + ")")

    home = twin.spellers[blocks[0].name]
    return home.text(substitute(expand(tree), replaced))
