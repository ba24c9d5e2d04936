"""Headroom: of a case that is graded exploratory, what would have to be true, row by row; no ratio is a finding there.

A row is the base case or a scenario of the case, which may have a structure, comparisons and money of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.digits import money_text
from hecon.grid import DATA, SHEET, Cell, Column, Grid
from hecon.results.atlas.comparisons import pairs_of
from hecon.results.atlas.decision import Decision, decision
from hecon.results.case import at_scenario

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis
    from hecon.results.atlas.comparisons import Pair
    from hecon.results.case import Case

EXPLORATORY = "exploratory"
_FILES = (SHEET, DATA)
MANUFACTURING = "manufactur"  # begins the name of a report that a row prints as its manufacturing cost


@dataclass(frozen=True)
class Headroom:
    """One row, of the base case: `product` is what the strategy's product costs per patient, `made` its manufacturing cost
    where the model reports it; the decision's `required` is the gain at which today's price is just worth it.
    """

    case: str
    row: str
    label: str
    pair: "Pair"
    money: str
    product: float
    made: float | None
    decision: Decision
    against_today: str


def is_exploratory(case: "Case") -> bool:
    """Whether a case is graded exploratory.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> is_exploratory(open_case(*one_visit()))
    False
    """
    return case.settings.get("grade", "") == EXPLORATORY


def headroom_of(case: "Case") -> tuple[Headroom, ...]:
    """The rows of a case: its base case, then its scenarios, each with its comparisons.

    Raises:
        HeconError: what `pairs_of` and running raise.

    >>> from hecon.results.atlas.example import cells_or_care
    >>> [(row.row, row.product, row.decision.required) for row in headroom_of(cells_or_care())]      # 500 at 2,000 a QALY
    [('base case', 800.0, 0.25)]
    """
    found = []
    for name in ("", *case.book.scenarios):
        row = at_scenario(case, name)
        label = case.book.scenarios[name].label if name else "base case"
        for pair in pairs_of(row):
            analysis = row.run(
                0, reference=pair.reference, strategies=(pair.reference, pair.strategy), structure=pair.structure,
                perspective=row.settings.get("perspective") or "payer", keep=("totals",),
                wtp=None if row.settings.get("threshold") else 1.0,
            )  # fmt: skip
            today = row.settings.get("comparator_today", "")
            found.append(
                Headroom(
                    case.name, name or "base case", label or name, pair, analysis.money, _product(analysis, pair),
                    _made(analysis, pair), decision(analysis, pair), today,
                )
            )  # fmt: skip
    return tuple(found)


def headroom_grid(found: Sequence[Headroom]) -> Grid:
    """A row per row, in its own money.

    >>> headroom_grid([]).rows
    ()
    """
    columns = (
        Column("case", "Case", media=_FILES), Column("row", "Row", media=_FILES), Column("label", "What it is"),
        Column("money", "Money"), Column("product", "Product per patient", 0), Column("made", "Manufacturing cost", 0),
        Column("gain", "QALYs gained, as assumed", 3), Column("required", "QALYs required at today's price", 3),
        Column("wtp", "Threshold", 0), Column("price", "Price now", 0), Column("worth", "Price at which it is worth it"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            one.case, one.row, one.label, one.money, one.product, one.made, one.decision.inc_effect.mean, one.decision.required,
            one.decision.wtp, one.decision.price, _worth(one.decision),
        )
        for one in found
    ]  # fmt: skip
    note = "What a product of which little is known would need (base cases, own money). No ICER is given: it would be no finding."
    grid = Grid("headroom", "Headroom: what would have to be true", columns, tuple(rows), note)
    return grid if any(one.made is not None for one in found) else grid.where("made", None)


def _product(analysis: "Analysis", pair: "Pair") -> float:
    """What the strategy's product costs beyond the reference's."""
    parts = analysis.base.split("category", analysis.perspective)
    if "product" not in parts:
        return 0.0
    mine, other = (analysis.base.strategies.index(name) for name in (pair.strategy, pair.reference))
    return float(parts["product"][mine, 0] - parts["product"][other, 0])


def _made(analysis: "Analysis", pair: "Pair") -> float | None:
    reports = analysis.base.kept["reports"]
    found = [x for (arm, name), x in reports.items() if arm == pair.strategy and name.startswith(MANUFACTURING)]
    return float(found[0][0]) if found and found[0].ndim == 1 else None


def _worth(found: Decision) -> str:
    if found.worth is None:
        return found.no_price
    return money_text(found.worth) if found.worth >= 0 else "not even at 0"
