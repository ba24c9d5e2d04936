"""Reimbursement: what the agreement in force pays, when and by whom, and what it does to cost, ratio and price; all of it live.

Which one is in force is chosen on Control. Every payment of every agreement stands at the foot; those not in force are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hecon.arrays import Array
from hecon.names import letters
from hecon.structure.agreements.carried import MANUFACTURER, Flow, most, names_of, undiscounted
from hecon.structure.agreements.items import SWITCH
from hecon.structure.agreements.probes import TREATED, WAIT
from hecon.structure.agreements.words import terms_in_words
from hecon.workbook.pages.page import Source, absolute
from hecon.workbook.sheets.control import flag
from hecon.workbook.sheets.items_sheet import COUNTED, FIRST, ITEMS, VALUE
from hecon.workbook.sheets.named_choices import CONTROL, NamedChoice
from hecon.workbook.sheets.reimbursement_plan import Reimbursement
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

SHEET = "Reimbursement"
IN_FORCE = 3  # the row that says which agreement is in force
_KEYS = 6  # the first row of key results
WHEN, CONDITION, YEARS, PAYER, PATIENT, PAYER_NOW, PATIENT_NOW, MOST, COUNTED_NOW, TO, NAME, KEY, BACK = range(13)
_WIDTHS = (58, 52, 13, 15, 15, 15, 15, 15, 15, 26, 34, 9, 9)
_PAYMENTS = ("When", "Condition", "Years after the decision", "Payer", "Patient", "Payer, discounted", "Patient, discounted",
             "At most, by the contract", "Counted in the perspective, discounted", "Paid to")  # fmt: skip
_NONE = "not linear in the price"


@dataclass
class _Layout:
    """Where the parts begin, and the numbers of the sheet as written."""

    agreements: int
    listed: int
    paid: int
    count: int

    def column(self, k: int) -> str:
        """A column of the list of all payments."""
        c = letters(k)
        return f"${c}${self.listed + 1}:${c}${self.listed + self.count}"


def write_reimbursement(
    pen: Pen, found: Reimbursement, plan: ResultsPlan, choice: NamedChoice | None, values: Mapping[Source, Array]
) -> int:
    """The sheet; the row below, where a stored comparison may stand."""
    sheet = pen.sheet(SHEET)
    sheet.head(
        SHEET, "What the agreement in force pays per patient intended for the strategy, and what follows from it; live."
    )
    flows, agreements = found.carried.flows, found.carried.agreements
    names = names_of(agreements)
    longest = max(sum(one.agreement == k for one in flows) for k in range(len(names)))
    paid = _KEYS + 17
    where = _Layout(0, 0, paid + 2, len(flows))
    where.agreements = where.paid + longest + 4
    where.listed = where.agreements + len(names) + 4
    written = int(found.carried.book.parameters[SWITCH].value)
    sheet.text(IN_FORCE, 0, "Agreement in force", "bold")
    span = f"$A${where.agreements + 1}:$A${where.agreements + len(names)}"
    sheet.formula(IN_FORCE, 1, f"INDEX({span},{SWITCH}+1)", names[written], "live")
    place = absolute(CONTROL, *choice.place) if choice is not None else "Inputs!A1"
    link = f"internal:'{place.partition('!')[0]}'!{place.partition('!')[2].replace('$', '')}"
    told = "Choose it on Control" if choice is not None else "Type its number on Inputs"
    sheet.worksheet.write_url(IN_FORCE, 2, link, pen.format("link"), told)
    cells = _Items(found, plan, values)
    numbers = _listed(sheet, found, cells, where)
    _key_results(sheet, found, plan, cells, where, numbers, written)
    _in_force(sheet, flows, where, numbers, written, longest)
    _agreements(sheet, found, where)
    for k, width in enumerate(_WIDTHS):
        sheet.width(k, k, width)
    sheet.worksheet.freeze_panes(IN_FORCE + 1, 1)
    return where.listed + len(flows) + 2


@dataclass
class _Items:
    """Sums of cells of Items: an item of the strategy may be paid in several of its blocks."""

    found: Reimbursement
    plan: ResultsPlan
    values: Mapping[Source, Array]

    def total(self, kind: str, *names: str, counted: bool = False) -> tuple[str, float]:
        """The formula of what these items come to and its value; with `counted`, what the perspective counts."""
        strategy, included = self.found.carried.strategy, self.plan.base.sectors(self.plan.perspective)
        parts, shown = [], 0.0
        for r, piece in enumerate(self.plan.items.pieces):
            if piece.strategy != strategy or piece.item.kind != kind or piece.item.name not in names:
                continue
            cell = absolute(ITEMS, FIRST + r, VALUE)
            parts.append(f"{cell}*{absolute(ITEMS, FIRST + r, COUNTED)}" if counted else cell)
            assert piece.cell.source is not None
            value = float(self.values[piece.cell.source].ravel()[0])
            shown += value if not counted or piece.item.sector in included else 0.0
        return (f"{'+'.join(parts)}+{flag('all valid')}" if parts else "0"), shown


def _listed(sheet: Sheet, found: Reimbursement, cells: _Items, where: _Layout) -> list[list[Any]]:
    """Every payment of every agreement; (payment, column) of what the cells come to."""
    sheet.text(
        where.listed - 2,
        0,
        "All payments of all agreements; those of an agreement that is not in force are 0",
        "section",
    )
    _heads(sheet, where.listed - 1, "Agreement", "Key", "Comes back (1)")
    names = names_of(found.carried.agreements)
    wait = f"$B${_KEYS + 2}"
    _, waited = _wait(cells)
    rows = []
    for r, one in enumerate(found.carried.flows):
        row = where.listed + r
        late = one.after == "infusion"
        years = f"{one.years!r}+{wait}" if late else f"MAX({one.years!r},{wait})" if one.condition else f"{one.years!r}"
        at = one.years + waited if late else max(one.years, waited) if one.condition else one.years
        patient = (one.patient,) if one.patient else ()
        shown: list[Any] = [one.when, one.condition, at]
        sheet.text(row, WHEN, one.when)
        sheet.text(row, CONDITION, one.condition)
        if one.refund:
            shown[YEARS] = ""
        elif late or one.condition:
            sheet.formula(row, YEARS, years, at, "effect")
        else:
            sheet.number(row, YEARS, one.years, "static effect")
        largest = _most(one, cells)
        for column, (text, value) in (
            (PAYER, cells.total("count", undiscounted(one.item))),
            (PATIENT, cells.total("count", *map(undiscounted, patient))),
            (PAYER_NOW, cells.total("cost", one.item)),
            (PATIENT_NOW, cells.total("cost", *patient)),
            (MOST, largest if largest[0] else (f"D{row + 1}+E{row + 1}", 0.0)),
            (COUNTED_NOW, cells.total("cost", *one.items, counted=True)),
        ):
            if column == MOST and not largest[0]:
                value = shown[PAYER] + shown[PATIENT]
            sheet.formula(row, column, text, value, "money")
            shown.append(value)
        sheet.text(row, TO, one.to)
        sheet.text(row, NAME, names[one.agreement])
        number = 1 + sum(before.agreement == one.agreement for before in found.carried.flows[:r])
        sheet.number(row, KEY, 1000.0 * one.agreement + number, "static")
        sheet.number(row, BACK, float(one.refund), "static")
        rows.append([*shown, one.to])
    return rows


def _heads(sheet: Sheet, row: int, *more: str) -> None:
    """Headings of payments; those above words stand at the left."""
    for column, words in enumerate((*_PAYMENTS, *more)):
        if words:
            sheet.text(row, column, words, "head" if column in (WHEN, CONDITION, TO, NAME) else "head right")


def _most(one: Flow, cells: _Items) -> tuple[str, float]:
    """The most that is owed to the manufacturer; nothing for what comes back, and "" where it is what is paid."""
    if one.refund or one.to != MANUFACTURER:
        return "0", 0.0
    return cells.total("count", *map(most, one.items)) if one.condition else ("", 0.0)


def _wait(cells: _Items) -> tuple[str, float]:
    """The mean wait of the treated, in years."""
    (waited, a), (treated, b) = cells.total("count", WAIT), cells.total("count", TREATED)
    return f"IFERROR(({waited})/({treated}),0)", a / b if b else 0.0


def _key_results(
    sheet: Sheet,
    found: Reimbursement,
    plan: ResultsPlan,
    cells: _Items,
    where: _Layout,
    rows: list[list[Any]],
    written: int,
) -> None:
    """What the agreement in force comes to, one figure a row."""
    k, base, once = found.place, plan.base, found.carried.once
    sheet.text(_KEYS - 1, 0, "Under the agreement in force", "section")
    sheet.text(_KEYS, 0, "Strategy that is paid for", "bold")
    sheet.text(_KEYS, 1, plan.strategies[k])
    mine = [one for one in rows if one[TO] == MANUFACTURER]
    forward = [
        one for one, flow in zip(rows, found.carried.flows, strict=True) if one[TO] == MANUFACTURER and not flow.refund
    ]
    back = [one for one, flow in zip(rows, found.carried.flows, strict=True) if flow.refund]

    def added(*columns: int, tests: str = "") -> str:
        only = f',{where.column(TO)},"{MANUFACTURER}"{tests}'
        return "+".join(f"SUMIFS({where.column(c)}{only})" for c in columns)

    def total(some: list[list[Any]], *columns: int) -> float:
        return float(sum(one[c] for one in some for c in columns))

    def line(row: int, words: str, text: str, value: Any, style: str = "money") -> None:
        sheet.text(_KEYS + row, 0, words, "bold")
        sheet.formula(_KEYS + row, 1, text, value, style)

    cell = {row: f"$B${_KEYS + row + 1}" for row in range(17)}
    text, waited = _wait(cells)
    line(1, "Wait from decision to treatment, years", text, waited, "effect")
    text, listed = cells.total("count", TREATED)
    line(2, "Paid at treatment as the model stands, per patient intended", text, listed)
    paid = total(mine, PAYER_NOW, PATIENT_NOW)
    line(3, "Paid to the manufacturer, discounted", added(PAYER_NOW, PATIENT_NOW), paid)
    equal = 1 - total(mine, PAYER_NOW) / listed if once and listed else ""
    text = f'IFERROR(1-({added(PAYER_NOW)})/{cell[2]},"")'
    line(4, "Equivalent rebate: a plain rebate at which the payer pays the same", text, equal, "share")
    line(5, "of it by the patient, discounted", added(PATIENT_NOW), total(mine, PATIENT_NOW))
    other = f'SUMIFS({where.column(PAYER_NOW)},{where.column(TO)},"<>{MANUFACTURER}")'
    line(6, "Administration, discounted", other, total([one for one in rows if one[TO] != MANUFACTURER], PAYER_NOW))
    line(
        7,
        "Refunds, undiscounted",
        f"-({added(PAYER, PATIENT, tests=f',{where.column(BACK)},1')})",
        -total(back, PAYER, PATIENT),
    )
    later = f',{where.column(BACK)},0,{where.column(YEARS)},">=0.999999999"'
    owed = [one for one in forward if isinstance(one[YEARS], float) and one[YEARS] >= 1 - 1e-9]
    line(8, "Owed when the first year ends, expected", added(PAYER, PATIENT, tests=later), total(owed, PAYER, PATIENT))
    line(9, "Owed when the first year ends, at most", added(MOST, tests=later), total(owed, MOST))
    cost, gain = base.cost(plan.perspective)[:, 0], plan.effects
    benefit = plan.wtp * gain - cost
    line(10, "Cost of the strategy", plan.cell("cost", k), float(cost[k]))
    line(11, f"ICER, per {plan.per}", plan.cell("icer", k), _icer(plan, k), "ratio")
    sheet.formula(_KEYS + 11, 2, plan.cell("icer status", k), _icer(plan, k, status=True), "right")
    line(12, "Net monetary benefit", plan.cell("nmb", k), float(benefit[k]))
    more = float(benefit[k] - benefit[plan.reference])
    line(13, "Incremental net benefit over the reference", plan.cell("inmb", k), more)
    if not found.price:
        return
    now = found.carried.book.parameters[found.price].value
    flags = f"$H${where.agreements + 1}:$H${where.agreements + len(found.linear)}"
    counted = total(mine, COUNTED_NOW)
    text = f'IF(AND(INDEX({flags},{SWITCH}+1)=1,{cell[15]}>0),{found.price}*(1+{cell[13]}/{cell[15]}),"{_NONE}")'
    worth: Any = now * (1 + more / counted) if found.linear[written] and counted > 0 else _NONE
    line(14, "Value-based price: the list price at which the strategy is just worth it", text, worth)
    line(15, "Paid to the manufacturer as the perspective counts it, discounted", added(COUNTED_NOW), counted)


def _icer(plan: ResultsPlan, k: int, status: bool = False) -> Any:
    from hecon.workbook.sheets.decision_cells import ratio

    ref = plan.reference
    if k == ref:
        return "reference" if status else ""
    cost, gain = plan.base.cost(plan.perspective)[:, 0], plan.effects
    scale = max(abs(float(gain[k])), abs(float(gain[ref])))
    return ratio(float(cost[k] - cost[ref]), float(gain[k] - gain[ref]), scale, plan.per)[int(status)]


def _in_force(
    sheet: Sheet, flows: tuple[Flow, ...], where: _Layout, rows: list[list[Any]], written: int, longest: int
) -> None:
    """The payments of the agreement in force, picked by key from the list of all."""
    top = where.paid
    sheet.text(top - 2, 0, "Its payments, per patient intended", "section")
    _heads(sheet, top - 1, "", "Row")
    places = [r for r, one in enumerate(flows) if one.agreement == written]
    for n in range(longest):
        row, r = top + n, places[n] if n < len(places) else None
        sheet.formula(
            row,
            KEY,
            f"IFERROR(MATCH(1000*{SWITCH}+{n + 1},{where.column(KEY)},0),0)",
            0.0 if r is None else r + 1.0,
            "static",
        )
        here = f"${letters(KEY)}{row + 1}"
        for column in range(TO + 1):
            picked = f"INDEX({where.column(column)},{here})"
            words = f'IF({here}=0,"",{picked}&"")' if column in (WHEN, CONDITION, TO) else f'IF({here}=0,"",{picked})'
            if column == YEARS:
                words = f'IF({here}=0,"",IF(INDEX({where.column(BACK)},{here})=1,"",{picked}))'
            style = "plain" if column in (WHEN, CONDITION, TO) else "effect" if column == YEARS else "money"
            sheet.formula(row, column, words, "" if r is None else rows[r][column], style)
    last = top + longest
    sheet.text(last, 0, "Together", "bold")
    for column in (PAYER, PATIENT, PAYER_NOW, PATIENT_NOW, COUNTED_NOW):
        c = letters(column)
        value = sum(float(rows[r][column]) for r in places)
        sheet.formula(last, column, f"SUM({c}{top + 1}:{c}{last})", value, "money bold")


def _agreements(sheet: Sheet, found: Reimbursement, where: _Layout) -> None:
    """The agreements as they are declared."""
    top = where.agreements
    sheet.text(top - 2, 0, "Agreements", "section")
    sheet.heads(top - 1, ("Name", "Terms", "Times", "Conditions", "Price, of the list price", "Administration per patient treated",
                          "Per assessment", "Linear in the price (1)", "In force (1)", "Source", "Note"))  # fmt: skip
    written = found.carried.book.parameters[SWITCH].value
    for k, name in enumerate(names_of(found.carried.agreements)):
        row = top + k
        sheet.text(row, 0, name, "bold")
        sheet.number(row, 7, float(found.linear[k]), "static")
        sheet.formula(row, 8, f"IF({SWITCH}={k},1,0)", float(k == written), "count")
        if k == 0:
            sheet.text(row, 1, "The price as the model says", "wrap")
            continue
        one = found.carried.agreements[k - 1]
        mine = [flow for flow in found.carried.flows if flow.agreement == k and flow.to == MANUFACTURER]
        label = f"{one.label}. " if one.label and one.label != name else ""
        sheet.text(row, 1, label + terms_in_words(one), "wrap")
        sheet.text(row, 2, ", ".join(dict.fromkeys(flow.when.partition(" after ")[0] for flow in mine)), "wrap")
        sheet.text(
            row, 3, ", ".join(dict.fromkeys(flow.condition for flow in mine if flow.condition)) or "none", "wrap"
        )
        for column, text in ((4, one.price), (5, one.administration), (6, one.per_assessment)):
            sheet.text(row, column, text, "right")
        sheet.text(row, 9, one.source, "wrap")
        sheet.text(row, 10, one.note, "wrap")
