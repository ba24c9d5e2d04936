"""Cost by cause on the first sheet: paid upfront, for side effects, lost work, and the rest, of the two strategies compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from hecon.causes import LUMP, LUMP_NOTE, UPFRONT
from hecon.workbook.sheets.control import flag, number
from hecon.workbook.sheets.cost_tables import tagged_cost
from hecon.workbook.sheets.items_sheet import CATEGORY_NO, COUNTED, GUARD, STRATEGY_NO, VALUE
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Sheet

HARM = "side effects"
WORK = ("lost work, illness", "lost work, death", "lost work of carers")
_NAMES = {
    **{one: f"Upfront: {one}" for one in UPFRONT}, LUMP: "Upfront, not separable", HARM: "Side effects",
    **{one: f"L{one[1:]}" for one in WORK},
}  # fmt: skip
_OWN = 6  # of a model's own categories
NOT_COUNTED = "not counted by this perspective"
_KIND, _CATEGORY = 2, 5  # columns of words on Items


@dataclass(frozen=True)
class _Line:
    """A row: its words, formulas and values of reference and strategy compared, style, and a formula and words beside it."""

    words: str
    texts: tuple[str, ...]
    values: tuple[float, ...]
    style: str = "money"
    beside: tuple[str, str] = ("", "")


def write_causes(sheet: Sheet, plan: ResultsPlan, row: int, compared: str, k: int) -> int:
    """The table from `row` on; `compared` is the cell with the number of the strategy compared, `k` its place as written.
    Returns the row after the table.
    """
    several = len(plan.strategies) > 1
    pair = [(number("reference"), plan.reference), *([(compared, k)] if several else [])]
    known = [one for one in _NAMES if one in plan.items.categories]
    own = [one for one in plan.items.categories if one not in known][: 0 if known else _OWN]
    lines = [_cause(plan, one, pair) for one in (*known, *own)]
    total = tuple(plan.items.total(cell, kind=1, counted=1) for cell, _ in pair)
    whole = [float(plan.base.cost(plan.perspective)[place, 0]) for _, place in pair]
    title = "Cost by cause: upfront, side effects, lost work" if known else "Cost by category"
    sheet.text(row, 0, title, "section")
    sheet.heads(row + 1, ("", "Cause", "Reference", *(["Compared", "Difference"] if several else [])), right=2)
    first, at = row + 2, row + 2 + len(lines)
    sums = [f"SUM({c}{first + 1}:{c}{at})" if lines else "0" for c in ("C", "D")]
    rest = [value - sum(one.values[j] for one in lines) for j, value in enumerate(whole)]
    if len(lines) < len(plan.items.categories):
        texts = tuple(f"{one}-{part}" for one, part in zip(total, sums, strict=False))
        lines.append(_Line("Everything else", texts, tuple(rest)))
    lines.append(_Line("All costs", total, tuple(whole), "money bold"))
    if any(one.item.kind == "qaly" and one.item.category == HARM for one in plan.items.pieces):
        lines.append(_side_effects(plan, pair))
    for r, line in enumerate(lines, start=first):
        sheet.text(r, 1, line.words, "bold" if line.style == "money bold" else "plain")
        for j, (text, value) in enumerate(zip(line.texts, line.values, strict=True)):
            sheet.formula(r, 2 + j, text, value, line.style)
        if several:
            sheet.formula(r, 4, f"D{r + 1}-C{r + 1}", line.values[1] - line.values[0], line.style)
        if line.beside[0]:
            sheet.formula(r, 5, *line.beside, "one line")
    row = first + len(lines)
    if LUMP in plan.items.categories:
        sheet.text(row, 1, LUMP_NOTE, "one line")
        row += 1
    return row + 1


def _cause(plan: ResultsPlan, category: str, pair: Sequence[tuple[str, int]]) -> _Line:
    """The cost of a cause as the perspective counts it, which is said where it counts none of it."""
    place, base = plan.items.categories.index(category) + 1, plan.base
    included = base.sectors(plan.perspective)
    texts = tuple(plan.items.total(cell, category=place, counted=1) for cell, _ in pair)
    values = tuple(tagged_cost(base, base.strategies[k], included, category=category) for _, k in pair)
    counted = f"SUMIFS({plan.items.column(COUNTED)},{plan.items.column(CATEGORY_NO)},{place})+{flag('choices valid')}"
    shown = any(
        one.item.kind == "cost" and one.item.category == category and one.item.sector in included
        for one in plan.items.pieces
    )
    beside = (f'IF({counted}>0,"","{NOT_COUNTED}")', "" if shown else NOT_COUNTED)
    return _Line(_NAMES.get(category, category[:1].upper() + category[1:]), texts, values, beside=beside)


def _side_effects(plan: ResultsPlan, pair: Sequence[tuple[str, int]]) -> _Line:
    """QALYs of items filed under side effects: what harm takes, so below 0."""
    items, base = plan.items, plan.base
    tests = f'{items.column(_KIND)},"qaly",{items.column(_CATEGORY)},"{HARM}",{items.column(STRATEGY_NO)}'
    texts = []
    for cell, _ in pair:
        guard = f"+IF(SUMIFS({items.column(GUARD)},{tests},{cell})>0,NA(),0)" if items.guarded else ""
        texts.append(f"SUMIFS({items.column(VALUE)},{tests},{cell})+{flag('all valid')}{guard}")
    mine = [i for i, item in enumerate(base.items) if item.kind == "qaly" and item.category == HARM]
    values = tuple(float(base.values[k, mine, 0].sum()) for _, k in pair)
    return _Line("QALYs by side effects", tuple(texts), values, "effect")
