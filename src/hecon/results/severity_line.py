"""What severity makes of a run, under the rules of a jurisdiction whose life table and norms the case holds."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.errors import InputError, nearest
from hecon.parts.jurisdictions import jurisdiction
from hecon.parts.severity import Shortfall, remaining_qalys, severity_gives

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.book import Book
    from hecon.results.analysis import Analysis


def severity_line(analysis: "Analysis") -> str:
    """The shortfall of patients under the reference strategy and what it gives, in a line; "" where it is not computed.

    It is computed where the run is under rules with severity, and the setting `severity_tables` names their jurisdiction, a
    life table and utility norms. The deterministic run counts. The threshold of the run is not changed; the line says it.

    Raises:
        InputError: a table or column that is not there; a model whose age is no input.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> severity_line(open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none"))
    ''
    """
    book, model = analysis.book, analysis.model
    settings = book.settings if book is not None else {}
    words, code = settings.get("severity_tables", "").split(), settings.get("rules", "")
    rule = jurisdiction(code).severity if code else None
    if book is None or model is None or rule is None or words[:1] != [code]:
        return ""
    if len(words) != 3:
        raise InputError("severity_tables: write jurisdiction, life table and norms: GB-ENG life_table.q norms.utility")
    (ages, q), (norm_ages, utility) = (_column(book, text) for text in words[1:])
    age = getattr(model, "age", None) or ""
    if age not in book.parameters:
        raise InputError(f"{analysis.case}: severity needs the age at the decision as an input; the model has '{age}'")
    start = int(book.parameters[age].value)
    rate = float(jurisdiction(code).discount_effect.value) if rule.discounted else 0.0
    general = remaining_qalys(q[ages >= start], utility[norm_ages >= start], rate)
    found = Shortfall.of(general, _with_illness(analysis, discounted=rule.discounted))
    gives = severity_gives(rule, found)
    told = f"QALYs count {gives:g} times, which is a threshold of" if rule.gives == "weight" else "reference value"
    value = gives * (analysis.wtp if rule.gives == "weight" else 1.0)
    return (
        f"severity: {found.absolute:.2f} QALYs lost under {analysis.reference}, {found.proportional:.2f} of {general:.2f}: "
        f"{told} {value:,.10g}; --wtp applies it"
    )


def _with_illness(analysis: "Analysis", *, discounted: bool) -> float:
    """QALYs under the reference strategy, deterministic; run again without discounting where the rule asks for that."""
    from hecon.evaluate.run import run

    model, book = analysis.at_hand()
    base = analysis.base
    if not discounted:
        base = run(model, replace(book, settings={**book.settings, "discount_effect": "0"}).base())
    return float(base.effect("qaly")[base.strategies.index(analysis.reference), 0])


def _column(book: "Book", text: str) -> "tuple[Array, Array]":
    """Ages and values of `table.column`."""
    name, _, column = text.partition(".")
    if name not in book.tables:
        raise InputError(f"severity_tables: there is no table '{name}'{nearest(name, book.tables)}")
    table = book.tables[name]
    if column not in table.columns:
        raise InputError(f"severity_tables: {name} has no column '{column}'{nearest(column, table.columns)}")
    return table.index, table.columns[column]
