"""Results: what a payer reads in a minute, deterministic beside probabilistic, then where the costs arise; all of it live."""

from collections.abc import Mapping

import numpy as np

from hecon.analysis.cost_effectiveness.ties import shares, tie_within, tied
from hecon.digits import money_text
from hecon.names import letters
from hecon.outcomes import KINDS
from hecon.workbook.sheets.control import MODES, chosen, flag, number
from hecon.workbook.sheets.cost_tables import write_cost_tables
from hecon.workbook.sheets.decision_cells import incremental_rows, money_formula, ratio, ratio_formulas
from hecon.workbook.sheets.psa_cells import PsaCells
from hecon.workbook.sheets.results_plan import SHEET, TOTALS, ResultsPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

_KIND = {kind: k for k, kind in enumerate(KINDS, start=1)}


def write_results(pen: Pen, plan: ResultsPlan) -> None:
    """The sheet, top to bottom."""
    sheet = pen.sheet(SHEET)
    sheet.text(0, 0, "Results", "title")
    threshold = money_formula(number("threshold"))
    perspective = f"IFERROR(INDEX(Control!{plan.table.span(-1)},1,{number('perspective')}),{chosen('perspective')})"
    told = f'"Perspective: "&{perspective}&"; threshold "&{threshold}&" per {plan.per}; inputs: "'
    scenario = f'IF({chosen("mode")}="{MODES[3]}"," "&{chosen("scenario")},"")'
    shown = f"Perspective: {plan.perspective}; threshold {money_text(plan.wtp)} per {plan.per}; inputs: base case"
    sheet.formula(1, 0, f"{told}&{chosen('mode')}&{scenario}", shown, "subtitle")
    sheet.text(4, 0, plan.draft, "banner")
    sheet.formula(6, 0, *plan.methods, "banner")
    _totals(sheet, plan)
    sheet.stop(TOTALS, 2, TOTALS + len(plan.strategies) - 1, 7)
    row = TOTALS + len(plan.strategies) + 2
    row = _pairwise(sheet, plan, row)
    row = _incremental(sheet, plan, row)
    row = write_cost_tables(pen, sheet, plan, row)
    sheet.width(0, 0, 6)
    sheet.width(1, 1, 34)
    sheet.width(2, 40, 14)
    sheet.worksheet.freeze_panes(7, 2)
    sheet.worksheet.print_area(0, 0, row, 17)


def _totals(sheet: Sheet, plan: ResultsPlan) -> None:
    heads = [
        "No.",
        "Strategy",
        f"Cost, {plan.money}",
        "Life-years, undiscounted",
        "Life-years",
        plan.effect_head,
        "Net monetary benefit",
        "Best (1)",
    ]
    sheet.text(TOTALS - 2, 0, "Deterministic: one run of the model with the inputs as Control says", "section")
    sheet.heads(TOTALS - 1, heads, right=2)
    cost, effect = plan.base.cost(plan.perspective)[:, 0], plan.effects
    benefit = plan.wtp * effect - cost
    best = tied(benefit, tie_within(cost, effect, plan.wtp))
    last = TOTALS + len(plan.strategies)
    span = {c: f"${c}${TOTALS + 1}:${c}${last}" for c in "CF"}
    size = {c: f"MAX(MAX({one}),-MIN({one}))" for c, one in span.items()}
    within = f"1E-9*({size['C']}+{number('threshold')}*{size['F']})"
    for k, label in enumerate(plan.strategies):
        row, n = TOTALS + k, TOTALS + k + 1
        sheet.number(row, 0, k + 1.0, "centre")
        sheet.text(row, 1, label, "wrap")
        sheet.formula(row, 2, plan.items.total(f"$A{n}", kind=1, counted=1), cost[k], "money")
        for column, kind in ((3, "ly_undiscounted"), (4, "ly")):
            value = float(plan.base.effect(kind)[k, 0])
            sheet.formula(row, column, plan.items.total(f"$A{n}", kind=_KIND[kind]), value, "effect")
        sheet.formula(row, 5, plan.effect_total(plan.items, f"$A{n}"), effect[k], "effect")
        sheet.formula(row, 6, f"{number('threshold')}*F{n}-C{n}", benefit[k], "money")
        text = f"IF(G{n}>=MAX($G${TOTALS + 1}:$G${last})-{within},1,0)"
        sheet.formula(row, 7, text, float(best[k]), "count")
        names = ("cost", "ly_undiscounted", "ly", "effect", "nmb", "best")
        plan.cells.update({(what, k): (row, column) for column, what in enumerate(names, start=2)})
    if plan.psa is not None and plan.cells_of_psa is not None:
        _probabilistic(sheet, plan, plan.cells_of_psa)


def _probabilistic(sheet: Sheet, plan: ResultsPlan, cells: PsaCells) -> None:
    left = 9
    sheet.text(TOTALS - 2, left, f"Probabilistic: means of {cells.n:,} draws, with 95% intervals", "section")
    heads = [
        "Cost",
        "2.5%",
        "97.5%",
        plan.effect_head,
        "2.5%",
        "97.5%",
        "Net monetary benefit",
        "Share of draws best",
        "Differs from deterministic",
    ]
    for column, words in enumerate(heads):
        sheet.text(TOTALS - 1, left + column, words, "head right")
    benefit = plan.wtp * cells.effects - cells.cost
    within = tie_within(cells.cost, cells.effects, plan.wtp)
    best = shares(tied(benefit, within))
    for k in range(len(plan.strategies)):
        row, n = TOTALS + k, TOTALS + k + 1
        gap = []
        for column, values, spans, style, det in (
            (left, cells.cost[k], cells.span(cells.cost_column(k)), "money", f"C{n}"),
            (left + 3, cells.effects[k], cells.span(cells.effect_column(k)), "effect", f"F{n}"),
        ):
            mean = f"SUM({spans})/{cells.n}+{flag('choices valid')}"
            sheet.formula(row, column, mean, float(values.mean()), style)
            for j, level in enumerate((0.025, 0.975), start=1):
                sheet.formula(
                    row,
                    column + j,
                    f"PERCENTILE({spans},{level})+{flag('choices valid')}",
                    float(np.quantile(values, level)),
                    style,
                )
            mean = f"{letters(column)}{n}"
            error = f"SQRT(SUMPRODUCT(({spans}-{mean})*({spans}-{mean}))/{cells.n - 1}/{cells.n})"
            gap.append(f"MAX({mean}-{det},{det}-{mean})>MAX(3*{error},1E-9*{mean},-1E-9*{mean})")
        sheet.formula(
            row,
            left + 6,
            f"{number('threshold')}*{letters(left + 3)}{n}-{letters(left)}{n}",
            float(benefit[k].mean()),
            "money",
        )
        share = cells.share(k, lambda j: cells.span(cells.benefit_column(j)), cells.within(number("threshold")))
        sheet.formula(row, left + 7, f"SUMPRODUCT({share})/{cells.n}", best[k], "share")
        flagged = _gap(plan, cells, k)
        text = f'IF({number("mode")}<>1,"",IF(OR({",".join(gap)}),"by over 3 SE",""))'
        sheet.formula(row, left + 8, text, "by over 3 SE" if flagged else "", "one line")
        for column, what in ((left, "cost mean"), (left + 3, "effect mean"), (left + 7, "share best")):
            plan.cells[what, k] = (row, column)


def _gap(plan: ResultsPlan, cells: PsaCells, k: int) -> bool:
    pairs = (
        (plan.base.cost(plan.perspective)[k, 0], cells.cost[k]),
        (plan.effects[k], cells.effects[k]),
    )
    errors = [max(3 * float(x.std(ddof=1)) / np.sqrt(cells.n), 1e-9 * abs(float(x.mean()))) for _, x in pairs]
    return any(abs(float(x.mean()) - float(one)) > error for (one, x), error in zip(pairs, errors, strict=True))


def _pairwise(sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    sheet.text(row, 0, "Each strategy against the reference chosen on Control", "section")
    sheet.text(row, 6, "ICER is a number; where there is no ratio it is empty and the status says why", "one line")
    heads = [
        "No.",
        "Strategy",
        "Incremental cost",
        "Incremental life-years",
        f"Incremental {plan.gained}",
        "ICER",
        "Status",
        "Incremental net benefit",
    ]
    more = (
        [
            "Incremental cost, PSA",
            f"Incremental {plan.gained}, PSA",
            "ICER of means, PSA",
            "Status, PSA",
            "Incremental net benefit, PSA",
        ]
        if plan.cells_of_psa
        else []
    )
    sheet.heads(row + 1, [*heads, *([""] if more else []), *more], right=2)
    count, ref = len(plan.strategies), plan.reference
    span = {c: f"${c}${TOTALS + 1}:${c}${TOTALS + count}" for c in "CEFGJMP"}
    cost, ly, effect = plan.base.cost(plan.perspective)[:, 0], plan.base.effect("ly")[:, 0], plan.effects
    pick = number("reference")
    for k, label in enumerate(plan.strategies):
        r, n, t = row + 2 + k, row + 3 + k, TOTALS + k + 1
        sheet.number(r, 0, k + 1.0, "centre")
        sheet.text(r, 1, label, "wrap")
        inc_cost, gain = cost[k] - cost[ref], effect[k] - effect[ref]
        scale = max(abs(float(effect[k])), abs(float(effect[ref])))
        sheet.formula(r, 2, f"C{t}-INDEX({span['C']},{pick})", inc_cost, "money")
        sheet.formula(r, 3, f"E{t}-INDEX({span['E']},{pick})", ly[k] - ly[ref], "effect")
        sheet.formula(r, 4, f"F{t}-INDEX({span['F']},{pick})", gain, "effect")
        value, words = ("", "reference") if k == ref else ratio(inc_cost, gain, scale, plan.per)
        texts = ratio_formulas(f"C{n}", f"E{n}", (f"F{t}", f"INDEX({span['F']},{pick})"), f"G{n}", plan.per)
        sheet.formula(r, 5, texts[0], value, "ratio")
        sheet.formula(r, 6, f'IF({pick}={k + 1},"reference",{texts[1]})', words, "right")
        sheet.formula(r, 7, f"{number('threshold')}*E{n}-C{n}", plan.wtp * gain - inc_cost, "money")
        for column, what in ((2, "inc cost"), (4, "inc effect"), (5, "icer"), (6, "icer status"), (7, "inmb")):
            plan.cells[what, k] = (r, column)
        if plan.cells_of_psa is not None:
            _pairwise_psa(sheet, plan, plan.cells_of_psa, r, k, span)
    return row + 3 + count


def _pairwise_psa(sheet: Sheet, plan: ResultsPlan, cells: PsaCells, r: int, k: int, span: Mapping[str, str]) -> None:
    n, t, ref, pick = r + 1, TOTALS + k + 1, plan.reference, number("reference")
    cost, effect = cells.cost.mean(axis=1), cells.effects.mean(axis=1)
    inc_cost, gain = float(cost[k] - cost[ref]), float(effect[k] - effect[ref])
    scale = max(abs(float(effect[k])), abs(float(effect[ref])))
    sheet.formula(r, 9, f"J{t}-INDEX({span['J']},{pick})", inc_cost, "money")
    sheet.formula(r, 10, f"M{t}-INDEX({span['M']},{pick})", gain, "effect")
    value, words = ("", "reference") if k == ref else ratio(inc_cost, gain, scale, plan.per)
    texts = ratio_formulas(f"J{n}", f"K{n}", (f"M{t}", f"INDEX({span['M']},{pick})"), f"M{n}", plan.per)
    sheet.formula(r, 11, texts[0], value, "ratio")
    sheet.formula(r, 12, f'IF({pick}={k + 1},"reference",{texts[1]})', words, "right")
    sheet.formula(r, 13, f"{number('threshold')}*K{n}-J{n}", plan.wtp * gain - inc_cost, "money")


def _incremental(sheet: Sheet, plan: ResultsPlan, row: int) -> int:
    count = len(plan.strategies)
    sheet.text(
        row,
        0,
        "Fully incremental, deterministic: dominance is live; slopes between strategies stand to the right",
        "section",
    )
    cost, gained = plan.base.cost(plan.perspective)[:, 0], plan.gained
    cells = [[plan.cell(what, k) for k in range(count)] for what in ("cost", "effect")]
    incremental_rows(sheet, row + 1, plan.strategies, cells[0], cells[1], cost, plan.effects, gained)
    row += count + 3
    if plan.cells_of_psa is None:
        return row
    sheet.text(row, 0, "Fully incremental, means of the PSA", "section")
    cells = [[plan.cell(what, k) for k in range(count)] for what in ("cost mean", "effect mean")]
    incremental_rows(
        sheet,
        row + 1,
        plan.strategies,
        cells[0],
        cells[1],
        plan.cells_of_psa.cost.mean(axis=1),
        plan.cells_of_psa.effects.mean(axis=1),
        gained,
    )
    return row + count + 3
