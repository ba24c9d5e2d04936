"""Inputs: every input with its base, live, low and high value, distribution, source and provenance; changed or not.

Live is what the model reads: the base case, a draw of the PSA, or the picked input at its low or high, or what a scenario says.
Only yellow cells are typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import TYPE_CHECKING, Any

from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.withheld import WITHHELD
from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.control import SELECTED_BASE, SELECTED_BOUND, number
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.correlations_sheet import groups_of
from hecon.workbook.sheets.input_cells import (
    BASE,
    CHANGED,
    COLUMNS,
    FIRST,
    HIGH,
    LIVE,
    LOW,
    ORIGINAL,
    SHEET,
    SPREAD_CHANGED,
    VALID,
    cell,
    column_range,
)
from hecon.workbook.sheets.input_options import options_of
from hecon.workbook.sheets.tables_sheet import holds_years
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter
    from hecon.workbook.sheets.named_choices import NamedChoice
    from hecon.workbook.sheets.scenario_plan import ScenarioPlan
    from hecon.workbook.withheld.withheld import Withheld

_WIDTHS = (26, 38, 15, 15, 15, 15, 17, 13, 13, 16, 22, 13, 15, 11, 20, 19, 11, 10, 30, 12, 60, 10, 14)
_HIDDEN = ("distribution", "par1", "par2", "correlation_group", "mean_differs", "support", "note")
_FLAGS = ("valid?", "distribution changed?")
_NUMBERS = ("live", "value", "low", "high", "par1", "par2", "original value", "changed?", *_FLAGS)
_SHARE_DISTRIBUTIONS = ("beta", "beta mean se", "logit normal", "dirichlet")
_POSITIVE_DISTRIBUTIONS = ("gamma", "gamma mean se", "lognormal")


@dataclass(frozen=True)
class InputsLayout:
    """Rows of the inputs: those the model uses, in order, then those it does not; `drawn` maps a name to its PSA column.

    The numbers of `withheld` inputs are not there: #N/A stands in their cells until a value is typed. Those that are `still`
    move nothing but a check, and are not yellow. Those that are `named` are chosen by name on Control.
    """

    used: tuple[str, ...]
    unused: tuple[str, ...]
    drawn: dict[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    named: "Mapping[str, NamedChoice]" = field(default_factory=dict)
    scenarios: "ScenarioPlan | None" = None


def changed_cell() -> str:
    """The cell that counts the inputs and tables that differ from those submitted."""
    return absolute(SHEET, 3, 1)


def write_inputs(pen: Pen, book: "Book", layout: InputsLayout, banner: str, flags: Sequence[str]) -> None:
    """The sheet, with a defined name for every input the model uses; `flags` are cells that are 1 where a table was changed."""
    sheet = pen.sheet(SHEET)
    told = " Inputs with a correlation_group are drawn together: see Correlations."
    sheet.head(
        "Inputs",
        "Change the yellow cells. 'value' is the base case; 'live' is what the model reads, as Control says. Only a"
        " check depends on an input in a white cell; families of curves and switches are chosen by name on Control."
        + (told if groups_of(book, layout.used) else ""),
    )
    sheet.text(2, 0, banner, "banner")
    count = len(layout.used)
    text = "+".join([f"SUM({column_range(CHANGED, count)})" if count else "0", *flags])
    sheet.text(3, 0, "Inputs changed:", "bold")
    sheet.formula(3, 1, text, 0.0, "count")
    for k, words in enumerate(COLUMNS):
        sheet.text(FIRST - 1, k, words, "head right" if words in _NUMBERS else "head indented" if k else "head")
    groups = [one.members for one in book.margins.groups if isinstance(one, Dirichlet)]
    for k, name in enumerate(layout.used):
        mates = next(([m for m in members if m != name] for members in groups if name in members), [])
        _row(sheet, FIRST + k, book.parameters[name], layout, mates)
        pen.define_name(name, cell(LIVE, k))
    if layout.unused:
        row = FIRST + count + 1
        sheet.text(row, 0, "Inputs that this model does not use", "section")
        for k, name in enumerate(layout.unused, start=row + 1):
            _facts(sheet, k, book.parameters[name])
            sheet.number(k, BASE, book.parameters[name].value, "static")
    for k, width in enumerate(_WIDTHS):
        sheet.width(k, k, width)
    sheet.worksheet.freeze_panes(FIRST, 1)
    sheet.worksheet.repeat_rows(FIRST - 1)
    sheet.worksheet.print_area(0, 0, FIRST + count + len(layout.unused) + 1, CHANGED)
    if count:
        for column in (LIVE, ORIGINAL, CHANGED, VALID, SPREAD_CHANGED):
            sheet.stop(FIRST, column, FIRST + count - 1, column)
    _colours(pen, sheet, count)


def _row(sheet: Sheet, row: int, one: "Parameter", layout: InputsLayout, mates: Sequence[str]) -> None:
    hidden = one.name in layout.withheld
    _facts(sheet, row, one, hidden)
    base = f"{letters(BASE)}{row + 1}"
    place = row - FIRST + 1
    drawn = f"INDEX({layout.drawn[one.name]},{number('draw')})" if one.name in layout.drawn else base
    picked = number("one_way")
    swung = base
    bound = absolute(CONTROL, SELECTED_BOUND, 1)
    others = [layout.used.index(mate) + 1 for mate in mates if mate in layout.used]
    if others:
        tests = ",".join(f"{picked}={k}" for k in others)
        swung = f"IF(OR({tests}),{base}*(1-{bound})/(1-{absolute(CONTROL, SELECTED_BASE, 1)}),{base})"
    if hidden or one.low < one.high:
        swung = f"IF({picked}={place},{bound},{swung})"
    held = f"ISNUMBER({base})" if not options_of(one) else _is_option(one, base)
    year = ":0" if not hidden and _is_year(one) else ""
    said = layout.scenarios.live_value(one.name, base) if layout.scenarios is not None else base
    text = f"IF({held},CHOOSE({number('mode')},{base},{drawn},{swung},{said}),NA())"
    sheet.formula(row, LIVE, text, one.value, f"live{year}")
    _flags(sheet, row, one, hidden)
    if hidden:
        for column in (BASE, LOW, HIGH):
            sheet.formula(row, column, "NA()", 0.0, "input")
        sheet.text(row, ORIGINAL, WITHHELD, "static")
        sheet.formula(row, CHANGED, f"IF(ISNUMBER({base}),IF({base}={letters(ORIGINAL)}{row + 1},0,1),0)", 0.0, "count")
        sheet.worksheet.data_validation(row, BASE, row, BASE, rule_of(replace(one, value=nan)))
        return
    sheet.number(row, ORIGINAL, one.value, f"static{year}")
    text = f"IF({base}={letters(ORIGINAL)}{row + 1},0,1)"
    if one.name in layout.named:
        sheet.formula(row, BASE, layout.named[one.name].code, one.value, "general")
        sheet.formula(row, CHANGED, f"IF(ISNUMBER({base}),{text},1)", 0.0, "count")
        sheet.stop(row, BASE, row, BASE)
        return
    sheet.number(row, BASE, one.value, ("point" if one.name in layout.still else "input") + year)
    sheet.formula(row, CHANGED, text, 0.0, "count")
    sheet.worksheet.data_validation(row, BASE, row, BASE, rule_of(one))


def _is_year(one: "Parameter") -> bool:
    return holds_years(one.unit, [one.value])


def _facts(sheet: Sheet, row: int, one: "Parameter", hidden: bool = False) -> None:
    for k, column in enumerate(COLUMNS):
        if column in ("live", "value", "original value", "changed?", "valid?", "distribution changed?"):
            continue
        value = WITHHELD if hidden and column in _HIDDEN else getattr(one, column)
        if isinstance(value, int | float):
            style = "input" if k in (LOW, HIGH) else "static"
            sheet.number(row, k, value, f"{style}:0" if column == "price_year" or _is_year(one) else style)
        else:
            sheet.text(
                row,
                k,
                value,
                "bold" if column == "name" else "wrap",
            )


def _flags(sheet: Sheet, row: int, one: "Parameter", hidden: bool) -> None:
    """1 where the value is within its range, 0 where it is not, -1 where value, low or high is no number or none of its
    choices; 1 where the distribution was edited.
    """
    n, rule = row + 1, rule_of(replace(one, value=nan) if hidden else one)
    base, low, high = (f"{letters(column)}{n}" for column in (BASE, LOW, HIGH))
    held = [f"ISNUMBER({base})"]
    if not hidden and one.low < one.high:
        held += [f"ISNUMBER({low})", f"ISNUMBER({high})"]
    if options_of(one) and not hidden:
        held.append(_is_option(one, base))
    inside = "1" if rule["validate"] == "list" else f"IF({_within(rule, base)},1,0)"
    good = float(hidden or within(rule, one.value))
    text = f"IF(AND({','.join(held)}),{inside},{1 if hidden else -1})"
    text = text if not options_of(one) else f"IF(ISNUMBER({base}),{text},{1 if hidden else -1})"  # no OR of #N/A
    sheet.formula(row, VALID, text, good, "count")
    if hidden:
        sheet.formula(row, SPREAD_CHANGED, "0", 0.0, "count")
        return
    tests = [f'{letters(COLUMNS.index("distribution"))}{n}="{one.distribution}"']
    for column in ("par1", "par2"):
        at, value = f"{letters(COLUMNS.index(column))}{n}", getattr(one, column)
        same = f'{at}=""' if value != value else f"ABS({at}-({value!r}))<={abs(value) * 1e-12:.3E}"
        tests.append(same)
    sheet.formula(row, SPREAD_CHANGED, f"IF(AND({','.join(tests)}),0,1)", 0.0, "count")


def valid_as_written(one: "Parameter", withheld: "Withheld | None") -> float:
    """1 where the base value keeps the rule of its cell, as it does unless a switch stands for none of its choices."""
    return float((withheld is not None and one.name in withheld.names) or within(rule_of(one), one.value))


def _is_option(one: "Parameter", cell: str) -> str:
    return f"OR({','.join(f'{cell}={k:g}' for k in options_of(one))})"


def _within(rule: dict[str, Any], cell: str) -> str:
    """What may be typed, as a condition."""
    if rule.get("criteria") == "between":
        return f"AND({cell}>={rule['minimum']:.15g},{cell}<={rule['maximum']:.15g})".replace("e+", "E+")
    return f"{cell}{rule['criteria']}{rule['value']!r}"


def within(rule: dict[str, Any], value: float) -> bool:
    """Whether a value keeps what `rule_of` says.

    >>> within({"validate": "decimal", "criteria": ">=", "value": 0}, -1.0)
    False
    """
    if rule["validate"] == "list":
        return value in rule["source"]
    if rule["criteria"] == "between":
        return bool(rule["minimum"] <= value <= rule["maximum"])
    return bool(value <= rule["value"]) if rule["criteria"] == "<=" else bool(value >= rule["value"])


def rule_of(one: "Parameter") -> dict[str, Any]:
    """What may be typed for an input: a probability from 0 to 1, a utility at most 1, a cost or a duration not below 0.

    A rule that the input's own values break is not set; a number is always asked for.

    >>> from hecon.inputs.parameter import Parameter
    >>> rule_of(Parameter(name="p_crs", value=0.2, unit="probability"))["maximum"]
    1
    """
    unit, values = one.unit.lower(), [x for x in (one.value, one.low, one.high) if x == x]
    message = {"error_title": "hecon", "input_title": one.name[:32]}
    if options := options_of(one):
        told = {"input_message": one.label[:250], "error_message": one.label[:200] or "0 or 1"}
        return {**message, **told, "validate": "list", "source": [int(k) for k in options]}
    share = (
        unit in ("probability", "share", "proportion", "fraction")
        or one.name.startswith("p_")
        or one.distribution in _SHARE_DISTRIBUTIONS
    )
    if share and all(0 <= x <= 1 for x in values):
        return {
            **message,
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": 1,
            "error_message": "from 0 to 1",
        }
    if one.name.startswith("u_") and all(x <= 1 for x in values):
        return {
            **message,
            "validate": "decimal",
            "criteria": "<=",
            "value": 1,
            "error_message": "a utility is at most 1",
        }
    prefixes = ("c_", "d_", "r_", "hr_", "rr_", "du_", "price", "days_", "age")
    if (one.name.startswith(prefixes) or one.distribution in _POSITIVE_DISTRIBUTIONS) and all(x >= 0 for x in values):
        return {**message, "validate": "decimal", "criteria": ">=", "value": 0, "error_message": "not below 0"}
    return {
        **message,
        "validate": "decimal",
        "criteria": "between",
        "minimum": -1e15,
        "maximum": 1e15,
        "error_message": "a number",
    }


def _colours(pen: Pen, sheet: Sheet, count: int) -> None:
    """Changed inputs in red, provenance in colour."""
    if not count:
        return
    worksheet = sheet.worksheet
    last = FIRST + count - 1
    worksheet.conditional_format(
        FIRST, CHANGED, last, CHANGED, {"type": "cell", "criteria": "==", "value": 1, "format": _fill(pen, "#F8CBAD")}
    )
    for k, colour in enumerate(("#C6EFCE", "#FFEB9C", "#F8CBAD")):
        words = (("read", "derived"), ("expert", "assumption"), ("unverified",))[k]
        for word in words:
            column = COLUMNS.index("provenance")
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": _fill(pen, colour)}
            worksheet.conditional_format(FIRST, column, last, column, rule)


def _fill(pen: Pen, colour: str) -> Any:
    return pen.workbook.add_format({"bg_color": colour})
