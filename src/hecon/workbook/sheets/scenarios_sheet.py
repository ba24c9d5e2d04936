"""Scenarios: the one shown now beside what the engine gave for it, and a line each: results, changes, values that Inputs reads."""

from hecon.analysis.cost_effectiveness.icer import icer
from hecon.arrays import Array
from hecon.names import letters
from hecon.workbook.sheets.control import LABELS, MODES, choices_changed, chosen, number
from hecon.workbook.sheets.inputs_sheet import changed_cell
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.sheets.scenario_plan import SHEET, SHOWN_ROW, ScenarioLine, ScenarioPlan
from hecon.workbook.xlsx.pen import Pen, Sheet

_WORDS = (30, 44)  # widths of name and label
_QUANTITIES = (("cost", "money"), ("effect", "effect"))


def write_scenarios(pen: Pen, plan: ScenarioPlan, results: ResultsPlan) -> int:
    """The sheet, if there are scenarios; returns the first row that is free below."""
    if not plan.lines:
        return 0
    sheet = pen.sheet(SHEET)
    sheet.text(0, 0, "Scenarios", "title")
    told = "One is shown everywhere in the workbook once Control says mode scenario and its name. Results here are those of"
    sheet.text(1, 0, f"{told} the engine, stored; the first block holds the live ones against them.", "subtitle")
    _shown(sheet, plan, results)
    _heads(sheet, plan, results)
    for row, line in enumerate(plan.lines, start=plan.first):
        _line(sheet, plan, results, line, row)
    last = plan.first + len(plan.lines)
    if plan.lines[0].cost is not None and plan.strategies > 1:
        _chart(pen, sheet, plan, results, last + 1)
    sheet.width(0, 0, _WORDS[0])
    sheet.width(1, 1, _WORDS[1])
    sheet.width(2, plan.told - 1, 14)
    sheet.width(plan.told, plan.told, 20)
    sheet.width(plan.told + 1, plan.told + 2, 60)
    right = plan.told + 2 + len(plan.choices) + len(plan.inputs)
    sheet.width(plan.told + 3, max(right, plan.told + 3), 14)
    sheet.worksheet.freeze_panes(plan.first, 1)
    sheet.worksheet.repeat_rows(plan.first - 1)
    sheet.worksheet.print_area(0, 0, last + (_CHART_ROWS if plan.lines[0].cost is not None else 0), plan.told + 2)
    return last + 2 + _CHART_ROWS * (plan.lines[0].cost is not None and plan.strategies > 1)


def live_differences(plan: ScenarioPlan) -> list[tuple[str, str, float]]:
    """Cost and effect of the scenario shown: the largest difference between live and stored, the largest that is let pass,
    as formulas, and that limit in the base case; nothing where no results are stored.
    """
    if not plan.lines or plan.lines[0].cost is None or plan.lines[0].effect is None:
        return []
    found = []
    for (_, column), values in zip(_blocks(), (plan.lines[0].cost, plan.lines[0].effect), strict=True):
        gap, stored = _rows(plan, column + 2), _rows(plan, column + 1)
        size = max(1.0, float(abs(values).max()))
        found.append((f"MAX(MAX({gap}),-MIN({gap}))", f"1E-9*MAX(1,MAX({stored}),-MIN({stored}))", 1e-9 * size))
    return found


def shown_as_stored() -> str:
    """Conditions under which a scenario shown gives what is stored: nothing else was changed."""
    return f"{number('mode')}=4,{changed_cell()}=0,{choices_changed()}=0"


def _blocks() -> tuple[tuple[str, int], ...]:
    """What is shown now: each quantity with the column of its live number; stored and difference are beside it."""
    return (("cost", 2), ("effect", 5))


def _rows(plan: ScenarioPlan, column: int) -> str:
    c = letters(column)
    return f"{SHEET}!${c}${SHOWN_ROW + 1}:${c}${SHOWN_ROW + plan.strategies}"


def _shown(sheet: Sheet, plan: ScenarioPlan, results: ResultsPlan) -> None:
    """The scenario shown now, each strategy live and stored."""
    stored = plan.lines[0].cost is not None
    mode = f'{chosen("mode")}="{MODES[3]}"'
    text = f'IF({mode},"Shown now: scenario "&{chosen("scenario")},"Shown now: "&{chosen("mode")}&'
    text += '"; to see a scenario, set the mode to scenario on Control")'
    words = f"Shown now: {MODES[0]}; to see a scenario, set the mode to scenario on Control"
    sheet.formula(4, 0, text, words, "bold")
    labels = {"cost": "Cost", "effect": results.effect_head}
    sheet.text(SHOWN_ROW - 1, 0, "Strategy", "head")
    sheet.text(SHOWN_ROW - 1, 1, "", "head")
    for what, column in _blocks():
        heads = (f"{labels[what]} now", "stored by the engine", "difference") if stored else (f"{labels[what]} now",)
        for k, one in enumerate(heads):
            sheet.text(SHOWN_ROW - 1, column + k, one, "head right")
    values = {"cost": results.base.cost(results.perspective)[:, 0], "effect": results.effects}
    for k, label in enumerate(results.strategies):
        row = SHOWN_ROW + k
        sheet.text(row, 0, label, "bold")
        for j, (what, column) in enumerate(_blocks()):
            style = _QUANTITIES[j][1]
            value = float(values[what][k])
            sheet.formula(row, column, results.cell(what, k), value, style)
            if not stored:
                continue
            kept = f"INDEX({plan.span(plan.totals + 2 * k + j)},{number('scenario')})"
            sheet.formula(row, column + 1, kept, value, f"static {style}")
            live, other = letters(column) + str(row + 1), letters(column + 1) + str(row + 1)
            sheet.formula(row, column + 2, f"{live}-{other}", 0.0, "any")
    if stored:
        note = "The difference is that of the scenario while nothing else was changed; Checks holds it to 1E-9."
        sheet.text(SHOWN_ROW + plan.strategies, 0, note, "one line")


def _heads(sheet: Sheet, plan: ScenarioPlan, results: ResultsPlan) -> None:
    row = plan.first - 1
    heads: list[tuple[int, str, str]] = [(0, "Scenario", "head"), (1, "Label", "head")]
    for k, name in enumerate(results.base.strategies):
        for j, what in enumerate(("Cost", results.effect_head)):
            heads.append((plan.totals + 2 * k + j, f"{what}, {name}", "head right"))
    for k, other in enumerate(_places(results)):
        name = results.base.strategies[other]
        for j, what in enumerate((f"ICER per {results.per}", "ICER says", "Incremental net benefit")):
            heads.append((plan.ratios + 3 * k + j, f"{what}, {name}", "head right"))
    heads += [(plan.told, "Live", "head indented"), (plan.told + 1, "What it changes", "head indented")]
    heads.append((plan.told + 2, "Why", "head indented"))
    heads += [(plan.column(name, choice=True), LABELS[name], "head right") for name in plan.choices]
    heads += [(plan.column(name), name, "head right") for name in plan.inputs]
    for column, words, style in heads:
        sheet.text(row, column, words, style)
    if plan.lines[0].cost is not None:
        sheet.text(row - 1, plan.totals, "engine, stored", "group")
    if plan.choices or plan.inputs:
        words = "values that the live column of Inputs and Control take; blank: as typed there"
        sheet.text(row - 1, plan.told + 3, words, "group")


def _line(sheet: Sheet, plan: ScenarioPlan, results: ResultsPlan, line: ScenarioLine, row: int) -> None:
    sheet.text(row, 0, line.name, "bold" if not line.why else "plain")
    sheet.text(row, 1, line.label, "wrap")
    if line.cost is not None and line.effect is not None:
        _stored(sheet, plan, results, line, row, line.cost, line.effect)
    sheet.text(row, plan.told, line.why or "yes", "wrap")
    sheet.text(row, plan.told + 1, line.words, "wrap")
    sheet.text(row, plan.told + 2, line.notes, "wrap")
    if line.why:
        return
    for name, value in line.choices.items():
        sheet.number(row, plan.column(name, choice=True), value, "static")
    for name, value in line.values.items():
        sheet.number(row, plan.column(name), value, "static")


def _stored(
    sheet: Sheet, plan: ScenarioPlan, results: ResultsPlan, line: ScenarioLine, row: int, cost: Array, effect: Array
) -> None:
    for k in range(plan.strategies):
        sheet.number(row, plan.totals + 2 * k, float(cost[k]), "static money")
        sheet.number(row, plan.totals + 2 * k + 1, float(effect[k]), "static effect")
    origin = results.base.strategies.index(line.reading.reference)
    scale = float(abs(effect).max())
    for k, other in enumerate(_places(results)):
        column = plan.ratios + 3 * k
        if other == origin:
            continue
        more, gain = float(cost[other] - cost[origin]), float(effect[other] - effect[origin])
        found = icer(more, gain, results.per, scale)
        if found.value is not None:
            sheet.number(row, column, found.value, "static money")
        sheet.text(row, column + 1, _SAYS.get(found.status, found.text), "static right")
        sheet.number(row, column + 2, line.reading.wtp * gain - more, "static money")


_SAYS = {"NE": "costs more, gains", "SW": "saves, loses", "SE": "dominant", "NW": "dominated"}
_CHART_ROWS = 22
_LONGEST = 40  # bars of a chart


def _places(results: ResultsPlan) -> list[int]:
    return [k for k in range(len(results.strategies)) if k != results.reference]


def _others(results: ResultsPlan) -> list[str]:
    return [results.strategies[k] for k in _places(results)]


def _chart(pen: Pen, sheet: Sheet, plan: ScenarioPlan, results: ResultsPlan, row: int) -> None:
    """Net benefit by scenario, bars of every comparison."""
    made = pen.workbook.add_chart({"type": "bar"})
    first, last = plan.first, plan.first + min(len(plan.lines), _LONGEST) - 1
    for k, label in enumerate(_others(results)):
        y = plan.ratios + 3 * k + 2
        made.add_series({
            "name": label.lstrip("=") or " ", "categories": [SHEET, first, 0, last, 0],
            "values": [SHEET, first, y, last, y], "gap": 40,
        })  # fmt: skip
    made.set_title({"name": "Incremental net monetary benefit by scenario", "name_font": {"size": 12}})
    made.set_y_axis({"name": "Scenario", "reverse": True, "label_position": "low"})
    made.set_x_axis({"name": results.money.lstrip("=") or " ", "num_format": "#,##0", "label_position": "high"})
    made.set_legend({"position": "bottom"} if len(_others(results)) > 1 else {"none": True})
    made.set_size({"width": 900, "height": 20 * _CHART_ROWS - 10})
    sheet.worksheet.insert_chart(row, 0, made, {"x_offset": 4, "description": "Net benefit by scenario"})
