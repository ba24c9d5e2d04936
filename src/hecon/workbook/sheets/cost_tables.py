"""The tables below the results: cost by category, sector, payer, perspective and state, effects by state, and the bar chart."""

from collections.abc import Mapping, Sequence
from math import isfinite

from hecon.analysis.cost_effectiveness.totals import kinds_of
from hecon.causes import LUMP, LUMP_NOTE
from hecon.names import letters
from hecon.outcomes import KINDS, Outcomes
from hecon.perspectives import CONSUMPTION, counted_by, methods_of
from hecon.workbook.pages.beyond import NOT_REACHED
from hecon.workbook.pages.page import address
from hecon.workbook.sheets.control import number
from hecon.workbook.sheets.results_plan import SHEET, ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

_TITLES = {
    "qaly": "QALYs", "ly": "Life-years, discounted", "ly_undiscounted": "Life-years, undiscounted",
    "carer_qaly": "Carer QALYs", "count": "Units",
}  # fmt: skip


def write_cost_tables(pen: Pen, sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    """Cost by category, sector, payer and perspective, effects and cost by state; a bar for what makes the difference."""
    items, included = plan.items, plan.base.sectors(plan.perspective)
    for tag, words, found in (
        ("category", "category", items.categories),
        ("sector", "sector", items.sectors),
        ("payer", "payer", items.payers),
    ):
        start = row
        rows = []
        for place, word in enumerate(found, start=1):
            values = [tagged_cost(plan.base, s, included, **{tag: word}) for s in plan.base.strategies]
            rows.append(
                (word, [items.total(str(k + 1), **{tag: place, "counted": 1}) for k in range(len(values))], values)
            )
        row = _table(sheet, plan, row, f"Cost by {words}, under the perspective", rows, "money", total=True)
        if tag == "category" and LUMP in found:
            sheet.text(row - 1, 1, LUMP_NOTE, "plain")
            row += 1
        if tag == "category":
            _difference_chart(pen, sheet, plan, start, len(rows))
    rows = []
    for word, sectors in plan.base.perspectives.items():
        texts = []
        for k in range(len(plan.strategies)):
            parts = [
                f"{items.total(str(k + 1), kind=1, sector=place)}*{plan.table.cell(s, word)}"
                for place, s in enumerate(items.sectors, start=1)
            ]
            texts.append("+".join(parts) or "0")
        rows.append((word, texts, [tagged_cost(plan.base, s, sectors) for s in plan.base.strategies]))
    row = _table(sheet, plan, row, "Cost under each perspective", rows, "money")
    row = _lost_work(sheet, plan, row)
    row = _by_state(sheet, plan, row, "cost", "Cost", "money", {"counted": 1})
    counted = {piece.item.kind for piece in plan.states.pieces}
    for kind in (one for one in dict.fromkeys(("qaly", "ly", *kinds_of(plan.effect))) if one in counted):
        row = _by_state(sheet, plan, row, kind, _TITLES[kind], "effect", {})
    return _reports(sheet, plan, row)


def _lost_work(sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    """Lost work by each method, and consumption, which a perspective counts with one of them or leaves out."""
    sectors = list(plan.items.sectors)
    counted = {method: counted_by(method, sectors) for method in methods_of(sectors)}
    rows = []
    for word, one in {**counted, **({CONSUMPTION: (CONSUMPTION,)} if CONSUMPTION in sectors else {})}.items():
        places = [sectors.index(sector) + 1 for sector in one]
        texts = [
            "+".join(plan.items.total(str(k + 1), kind=1, sector=place) for place in places)
            for k in range(len(plan.strategies))
        ]
        rows.append((word, texts, [tagged_cost(plan.base, s, one) for s in plan.base.strategies]))
    return _table(sheet, plan, row, "Lost work by method", rows, "money") if rows else row


def _reports(sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    """What the model reports by name, added over the structures of a strategy."""
    rows, hidden = [], {}
    for name in dict.fromkeys(one[1] for one in plan.reports):
        cells = {
            s: [(page, one) for who, what, page, one, *_ in plan.reports if (who, what) == (s, name)]
            for s in plan.base.strategies
        }
        texts = ["+".join(address(*one) for one in cells[s]) or "0" for s in plan.base.strategies]
        values = [
            float(sum(plan.numbers[one.source].ravel()[0] for _, one in cells[s] if one.source))
            for s in plan.base.strategies
        ]
        rows.append((name, texts, values))
        conditions = dict.fromkeys(one[4] for one in plan.reports if one[1] == name and one[4])
        if conditions:
            hidden[name] = f"OR({','.join(conditions)})" if len(conditions) > 1 else next(iter(conditions))
    return _table(sheet, plan, row, "Reports", rows, "any", hidden=hidden) if rows else row


def _by_state(
    sheet: Sheet, plan: ResultsPlan, row: int, kind: str, words: str, style: str, test: Mapping[str, int]
) -> int:
    states = plan.states
    rows = []
    for place, where in enumerate(states.places, start=1):
        if any(piece.where == where and piece.item.kind == kind for piece in states.pieces):
            texts = [
                states.total(str(k + 1), kind=KINDS.index(kind) + 1, place=place, **test)
                for k in range(len(plan.strategies))
            ]
            rows.append(
                (where or "at the decision", texts, [_piece(plan, s, kind, where) for s in plan.base.strategies])
            )
    return _table(sheet, plan, row, f"{words} by state, transition or branch", rows, style, total=True)


def _piece(plan: ResultsPlan, strategy: str, kind: str, where: str) -> float:
    """The engine's total of a kind in one place of a strategy, costs as the perspective counts them."""
    included = plan.base.sectors(plan.perspective)
    total = 0.0
    for piece in plan.states.pieces:
        if (piece.strategy, piece.where, piece.item.kind) == (strategy, where, kind):
            assert piece.cell.source is not None
            total += (
                float(plan.numbers[piece.cell.source].ravel()[0])
                if kind != "cost" or piece.item.sector in included
                else 0.0
            )
    return total


def _table(
    sheet: Sheet,
    plan: ResultsPlan,
    row: int,
    title: str,
    rows: Sequence[tuple[str, Sequence[str], Sequence[float]]],
    style: str,
    total: bool = False,
    hidden: Mapping[str, str] | None = None,
) -> int:
    """A table with a column per strategy and the difference of each to the reference; rows whose condition in `hidden`
    holds are not reached.
    """
    count, ref = len(plan.strategies), plan.reference
    sheet.text(row, 0, title, "section")
    for k, label in enumerate(plan.strategies):
        sheet.text(row + 1, 2 + k, label[:60], "head right")
        sheet.text(row + 1, 3 + count + k, f"difference: {label}"[:60], "head right")
    pick = number("reference")
    lines = list(rows)
    first = row + 2
    if total:
        last = first + len(rows)
        sums = (
            [f"SUM({letters(2 + k)}{first + 1}:{letters(2 + k)}{last})" for k in range(count)]
            if rows
            else ["0"] * count
        )
        lines.append(("all", sums, [float(sum(values[k] for _, _, values in rows)) for k in range(count)]))
    for r, (word, texts, values) in enumerate(lines, start=first):
        sheet.text(r, 1, word, "bold" if total and r == first + len(rows) else "plain")
        span = f"$C{r + 1}:${letters(1 + count)}{r + 1}"
        for k in range(count):
            difference = f"{letters(2 + k)}{r + 1}-INDEX({span},1,{pick})"
            if condition := (hidden or {}).get(word, ""):
                reached = all(isfinite(value) for value in values)
                text, shown = f'IF({condition},"{NOT_REACHED}",{texts[k]})', values[k] if reached else NOT_REACHED
                sheet.formula(r, 2 + k, text, shown, style)
                shown = values[k] - values[ref] if reached else ""
                sheet.formula(r, 3 + count + k, f'IF({condition},"",{difference})', shown, style)
                continue
            sheet.formula(r, 2 + k, texts[k], values[k], style)
            sheet.formula(r, 3 + count + k, difference, values[k] - values[ref], style)
    return first + len(lines) + 1


def _difference_chart(pen: Pen, sheet: Sheet, plan: ResultsPlan, start: int, rows: int) -> None:
    """Where the cost difference comes from, by category."""
    count = len(plan.strategies)
    if count < 2 or not rows:
        return
    chart = pen.workbook.add_chart({"type": "bar"})
    for k in range(count):
        if k == plan.reference:
            continue
        column = 3 + count + k
        chart.add_series({
            "name": [SHEET, start + 1, 2 + k], "categories": [SHEET, start + 2, 1, start + 1 + rows, 1],
            "values": [SHEET, start + 2, column, start + 1 + rows, column],
        })  # fmt: skip
    chart.set_title({"name": "Cost difference to the reference, by category", "name_font": {"size": 12}})
    chart.set_x_axis({"name": f"Difference in cost, {plan.money}", "num_format": "#,##0", "label_position": "high"})
    chart.set_y_axis({"name": "Category", "reverse": True, "label_position": "low"})
    chart.set_legend({"position": "bottom"} if count > 2 else {"none": True})
    chart.set_size({"width": 620, "height": 90 + 34 * rows + 60})
    sheet.worksheet.insert_chart(start, 4 + 2 * count, chart)


def tagged_cost(base: Outcomes, strategy: str, sectors: Sequence[str], **tags: str) -> float:
    """The cost of a strategy in the base case, of items in these sectors with these tags."""
    k = base.strategies.index(strategy)
    return float(
        sum(
            base.values[k, i, 0]
            for i, item in enumerate(base.items)
            if item.kind == "cost"
            and item.sector in sectors
            and all(getattr(item, tag) == word for tag, word in tags.items())
        )
    )
