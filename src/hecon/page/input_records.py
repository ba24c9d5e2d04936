"""The inputs of a page: what a reader may change, with unit, range, support, source, and how much each moves the result."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError
from hecon.inputs.distributions.groups import Dirichlet
from hecon.workbook.sheets.input_options import option_names, options_of, short_label

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter
    from hecon.page.model_script import ModelScript
    from hecon.results.analysis import Analysis

_RATES = {"_dr_cost": "discount rate of costs", "_dr_effect": "discount rate of effects"}


def input_records(
    analysis: "Analysis", book: "Book", script: "ModelScript", ranked: bool = True
) -> list[dict[str, Any]]:
    """A record for each input that the printed model follows, in its order.

    `low`, `high` and the ends of `support` are None where there are none; `codes` are the numbers of a switch or a choice and
    `choices` their names; `rule` says the support in words; `influence` is the widest swing of net benefit over the range of
    the input, in currency per patient, 0 without a range, or for all where they are not to be `ranked`.

    >>> from hecon import open_case
    >>> from hecon.page.model_script import model_script
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> input_records(analysis, analysis.book, model_script(*one_visit()))[0]["rule"]
    'an amount of money is at least 0'
    """
    swings = _influence(analysis) if ranked else {}
    drawn = () if analysis.draws is None else analysis.draws.names
    found = []
    for name in script.inputs:
        if name in script.extra:
            found.append(_rate(name, script.extra[name]))
            continue
        found.append(
            {**_record(book.parameters[name], book), "drawn": name in drawn, "influence": swings.get(name, 0.0)}
        )
    return found


def share_groups(book: "Book", names: Sequence[str]) -> list[list[str]]:
    """The inputs whose values are shares of one whole: when one is varied alone, the others keep their proportions.

    >>> from hecon.inputs.book import make_book
    >>> share_groups(make_book("demo", []), [])
    []
    """
    groups = [group.members for group in book.margins.groups if isinstance(group, Dirichlet)]
    return [list(members) for members in groups if any(name in names for name in members)]


def _record(one: "Parameter", book: "Book") -> dict[str, Any]:
    support, codes, names = book.supports[one.name], options_of(one), option_names(one)
    cited = [book.sources[key] for key in one.source.split() if key in book.sources]
    unbounded = support.low == -float("inf") and support.high == float("inf")
    return {
        "name": one.name, "label": short_label(one), "group": one.group, "unit": one.unit,
        "value": one.value, "low": _number(one.low), "high": _number(one.high), "distribution": one.distribution,
        "source": one.source, "citation": "; ".join(_cited(source.citation, source.place) for source in cited),
        "provenance": one.provenance, "note": one.note, "switch": one.unit.lower() == "switch",
        "codes": list(codes) or None,
        "choices": [names.get(code) or ("yes" if code else "no") for code in codes] if codes else None,
        "support": None if unbounded else [_number(support.low), _number(support.high)],
        "rule": "" if unbounded else support.rule,
    }  # fmt: skip


def _rate(name: str, value: float) -> dict[str, Any]:
    """A discount rate that the model holds as a number, as an input."""
    return {
        "name": name, "label": _RATES.get(name, name), "group": "discounting", "unit": "per year", "value": value,
        "low": None, "high": None, "distribution": "", "source": "", "citation": "written in the model", "provenance": "read",
        "note": "", "switch": False, "codes": None, "choices": None, "support": [0.0, 1.0],
        "rule": "a discount rate lies between 0 and 1", "drawn": False, "influence": 0.0,
    }  # fmt: skip


def _influence(analysis: "Analysis") -> dict[str, float]:
    """The widest swing of net benefit of each input; {} where there is no comparison, or none that can be run."""
    if len(analysis.base.strategies) < 2:
        return {}
    try:
        swings = analysis.one_way(points=2)
    except HeconError:
        return {}  # a range that the model refuses: the inputs keep the order of their file
    found: dict[str, float] = {}
    for row in swings.rows:
        found[row.name] = max(found.get(row.name, 0.0), row.width)
    return found


def _cited(citation: str, place: str) -> str:
    return f"{citation} ({place})" if place else citation


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
