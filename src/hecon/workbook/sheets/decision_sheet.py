"""Decision, the first sheet: the question, the answer in a live sentence, the numbers behind it, what drives it, links to the rest.

It fits one laptop screen and one landscape page. Nothing is typed here: Control and Inputs are where a person changes something.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.ties import shares, tie_within, tied
from hecon.arrays import Array
from hecon.digits import money_text
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.answer import Answer, AnswerCells, answer_formula, answer_text, best_formula, best_text
from hecon.workbook.sheets.cause_table import write_causes
from hecon.workbook.sheets.checks_sheet import SHEET as CHECKS
from hecon.workbook.sheets.control import chosen, number
from hecon.workbook.sheets.decision_cells import money_formula, ratio
from hecon.workbook.sheets.decision_charts import LEAST, ROW_PIXELS, write_decision_charts
from hecon.workbook.sheets.drivers_table import write_drivers
from hecon.workbook.sheets.one_way_sheet import Tornado
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.sheets.sheet_links import write_links
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "Decision"
PATIENTS, CONTEXT, SENTENCE, BEST, STATUS, HELD = (
    1,
    2,
    3,
    4,
    5,
    6,
)  # rows of words; the status line is written with the others
COMPARED = 10  # the row of the comparison
STRATEGIES = 14  # the first row of the strategies
LAST_COLUMN = 15  # of the screen and the page
_WIDTHS = (5, 34, 13, 13, 13, 18, 14, 13)
_LONGEST = 420  # letters of the patients' text


@dataclass(frozen=True)
class Front:
    """What the sheet shows beside the results: title, patients, how many checks hold in words, the stored one-way analysis with
    the inputs' rows on Inputs, and a formula that is above 0 while inputs or choices are not those it was made with.
    """

    title: str
    patients: str
    held: str
    one_way: Tornado
    rows: Mapping[str, int]
    changed: str


def write_decision(pen: Pen, sheet: Sheet, plan: ResultsPlan, front: Front, book: "Book") -> None:
    """Write the sheet, which was made first; every other sheet is there."""
    for k, width in enumerate(_WIDTHS):
        sheet.width(k, k, width)
    for row in (COMPARED - 1, STRATEGIES - 1):
        sheet.height(row, 28.0)
    sheet.width(len(_WIDTHS), LAST_COLUMN, 10.5)
    sheet.worksheet.set_default_row(ROW_PIXELS * 0.75)
    _words(pen, sheet, plan, front)
    _strategies(sheet, plan)
    row = STRATEGIES + len(plan.strategies) + 1
    if len(plan.strategies) > 1:
        _comparison(sheet, plan)
    else:
        sheet.text(SENTENCE, 0, "One strategy: there is nothing to compare.", "answer")
    sections = [*([COMPARED - 2] if len(plan.strategies) > 1 else []), STRATEGIES - 2, row]
    row = write_causes(sheet, plan, row, absolute(SHEET, COMPARED, 0), _featured(plan))
    sections.append(row)
    compared = plan.strategies[front.one_way.strategy] if len(plan.strategies) > 2 else ""
    row = write_drivers(pen, sheet, row, front.one_way, book, front.rows, front.changed, compared)
    for one in sections:
        for column in range(1, len(_WIDTHS)):
            sheet.worksheet.write_blank(one, column, None, pen.format("section"))
    row = max(row, COMPARED - 1 + 2 * LEAST // ROW_PIXELS if plan.cells_of_psa else row)
    write_decision_charts(pen, sheet, plan, front.one_way, COMPARED - 2, row - 1, len(_WIDTHS))
    row = write_links(pen, sheet, row, LAST_COLUMN)
    worksheet = sheet.worksheet
    worksheet.print_area(0, 0, row, LAST_COLUMN)
    worksheet.fit_to_pages(1, 1)
    worksheet.set_margins(0.4, 0.4, 0.4, 0.6)
    worksheet.activate()


def _words(pen: Pen, sheet: Sheet, plan: ResultsPlan, front: Front) -> None:
    sheet.text(0, 0, front.title, "title")
    sheet.height(0, 22.0)
    wrap = pen.format("wrap")
    if front.patients:
        words = f"Patients: {_shortened(front.patients)}"
        sheet.worksheet.merge_range(PATIENTS, 0, PATIENTS, LAST_COLUMN, "", wrap)
        sheet.worksheet.write_string(PATIENTS, 0, words, wrap)
        sheet.height(PATIENTS, 15.0 if len(words) < 210 else 28.0)
    else:
        sheet.height(PATIENTS, 3.0)
    threshold, label = money_formula(number("threshold")), f"INDEX({plan.span('label')},{number('reference')},1)"
    text = f'"Perspective: "&{chosen("perspective")}&"; threshold "&{threshold}&" per {plan.per}; inputs: "&{chosen("mode")}'
    shown = f"Perspective: {plan.perspective}; threshold {money_text(plan.wtp)} per {plan.per}; inputs: base case"
    compared = plan.strategies[plan.reference]
    sheet.formula(CONTEXT, 0, f'{text}&"; compared with "&{label}', f"{shown}; compared with {compared}", "subtitle")
    psa = f"; PSA of {plan.cells_of_psa.n:,} stored draws" if plan.cells_of_psa else "; no PSA is stored"
    sheet.text(CONTEXT, len(_WIDTHS), f"Costs in {plan.money}{psa}", "subtitle")
    sheet.formula(HELD, 0, f"{CHECKS}!$A$3", front.held, "bold")
    sheet.text(HELD, 2, plan.draft, "banner")
    longest = 135 + sum(sorted(map(len, plan.strategies))[-2:])
    for row, letters_ in ((SENTENCE, longest), (BEST, 0)):
        sheet.worksheet.merge_range(row, 0, row, LAST_COLUMN, "", pen.format("answer"))
        sheet.height(row, 19.0 if letters_ < 185 else 36.0)
    if len(plan.strategies) < 3:
        sheet.height(BEST, 3.0)


def _comparison(sheet: Sheet, plan: ResultsPlan) -> None:
    """The sentence and its numbers: the strategy compared is the other one, or of several the one of highest net benefit."""
    count, k, ref, n = len(plan.strategies), _featured(plan), plan.reference, COMPARED + 1
    label = f"INDEX({plan.span('label')},{number('reference')},1)"
    sheet.formula(COMPARED - 2, 0, f'"Against "&{label}', f"Against {plan.strategies[ref]}", "section")
    last = STRATEGIES + count
    benefits = f"$G${STRATEGIES + 1}:$G${last}"
    picked = f"3-{number('reference')}" if count == 2 else f"MATCH(MAX({benefits}),{benefits},0)"
    sheet.formula(COMPARED, 0, picked, k + 1.0, "centre")
    cost, effect = plan.base.cost(plan.perspective)[:, 0], plan.effects
    inc_cost, gain = float(cost[k] - cost[ref]), float(effect[k] - effect[ref])
    icer, status = ratio(inc_cost, gain, max(abs(float(effect[k])), abs(float(effect[ref]))), plan.per)
    inmb, share = plan.wtp * gain - inc_cost, _shares(plan)
    shown = [
        ("label", plan.strategies[k], "bold", "Strategy"), ("inc cost", inc_cost, "money", f"Incremental cost, {plan.money}"),
        ("inc effect", gain, "effect", f"Incremental {plan.gained}"), ("icer", icer, "ratio", "ICER (empty: see status)"),
        ("icer status", status, "right", "Status"), ("inmb", inmb, "money", "Incremental net benefit"),
    ]  # fmt: skip
    if share is not None:
        shown.append(("share best", float(share[k]), "share", "Share of draws best"))
    sheet.heads(COMPARED - 1, ("No.", *(words for *_, words in shown)), right=2)
    for column, (what, value, style, _) in enumerate(shown, start=1):
        sheet.formula(COMPARED, column, f"INDEX({plan.span(what)},$A${n},1)", value, style)
    one = Answer(
        plan.strategies[ref], plan.strategies[k], inc_cost, gain, icer, status, inmb,
        float(share[k]) if share is not None and count == 2 else None, plan.wtp, plan.per, plan.gained, plan.base.currency,
    )  # fmt: skip
    likely = f"$H${n}" if share is not None and count == 2 else ""
    cells = AnswerCells(label, f"$B${n}", f"$C${n}", f"$D${n}", f"$E${n}", f"$F${n}", f"$G${n}", likely)
    sheet.formula(SENTENCE, 0, answer_formula(cells, plan.per, plan.gained, one.currency), answer_text(one), "answer")
    if count > 2:
        benefit = plan.wtp * effect - cost
        best = int(tied(benefit, tie_within(cost, effect, plan.wtp)).argmax())
        first = f"MATCH(1,{plan.span('best')},0)"
        names, drawn = (
            f"INDEX({plan.span(what)},{first},1)" for what in ("label", "share best" if share is not None else "best")
        )
        text = best_formula(count, names, drawn if share is not None else "", plan.per, one.currency)
        drawn_share = float(share[best]) if share is not None else None
        told = best_text(count, plan.strategies[best], drawn_share, plan.wtp, plan.per, one.currency)
        sheet.formula(BEST, 0, text, told, "answer")


def _strategies(sheet: Sheet, plan: ResultsPlan) -> None:
    """The base case of every strategy, and how often each is best."""
    sheet.text(STRATEGIES - 2, 0, "Each strategy, deterministic: one run with the inputs as Control says", "section")
    heads = [
        "No.",
        "Strategy",
        f"Cost, {plan.money}",
        "Life-years",
        plan.effect_head,
        "Net monetary benefit",
        "Net benefit over reference",
    ]
    share, several = _shares(plan), len(plan.strategies) > 1
    sheet.heads(STRATEGIES - 1, [*heads, *(["Share of draws best"] if share is not None else [])], right=2)
    cost, effect = plan.base.cost(plan.perspective)[:, 0], plan.effects
    benefit, lived = plan.wtp * effect - cost, any(item.kind == "ly" for item in plan.base.items)
    for k, label in enumerate(plan.strategies):
        row = STRATEGIES + k
        sheet.number(row, 0, k + 1.0, "centre")
        sheet.text(row, 1, label, "plain")
        sheet.formula(row, 2, plan.cell("cost", k), cost[k], "money")
        if lived:
            sheet.formula(row, 3, plan.cell("ly", k), float(plan.base.effect("ly")[k, 0]), "effect")
        else:
            sheet.text(row, 3, "not counted", "static right")
        sheet.formula(row, 4, plan.cell("effect", k), effect[k], "effect")
        sheet.formula(row, 5, plan.cell("nmb", k), benefit[k], "money")
        text = f'IF({number("reference")}={k + 1},"",{plan.cell("inmb", k)})'
        over = "" if k == plan.reference else float(benefit[k] - benefit[plan.reference])
        sheet.formula(row, 6, text if several else '""', over, "money")
        if share is not None:
            sheet.formula(row, 7, plan.cell("share best", k), float(share[k]), "share")


def _featured(plan: ResultsPlan) -> int:
    """The strategy compared, as written."""
    benefit = plan.wtp * plan.effects - plan.base.cost(plan.perspective)[:, 0]
    others = [k for k in range(len(plan.strategies)) if k != plan.reference]
    return max(others, key=lambda k: float(benefit[k] - benefit[plan.reference])) if others else plan.reference


def _shares(plan: ResultsPlan) -> Array | None:
    """Share of draws in which each strategy is best, (strategy,); None without a PSA."""
    cells = plan.cells_of_psa
    if cells is None:
        return None
    benefit = plan.wtp * cells.effects - cells.cost
    return shares(tied(benefit, tie_within(cells.cost, cells.effects, plan.wtp)))


def _shortened(words: str) -> str:
    """Words on two lines at most, cut after a sentence or a word."""
    words = " ".join(words.split())
    if len(words) <= _LONGEST:
        return words
    cut = words[:_LONGEST]
    end = cut.rfind(". ") + 1
    return cut[:end] if end > _LONGEST // 3 else cut[: cut.rfind(" ")] + " ..."
