"""What a page knows of an analysis beside the printed model: strategies, items, inputs with their sources, how it is read.

The page's scripts read this one record (`DATA`, JSON) and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.acceptability import thresholds_around
from hecon.analysis.cost_effectiveness.totals import effect_word
from hecon.evaluate.run import run
from hecon.page.budget_contents import agreements_contents, budget_contents
from hecon.page.input_records import input_records, share_groups
from hecon.page.items import items_of, perspectives_of_items
from hecon.report.sections.placeholders import filled_alone
from hecon.structure.discounting import rates_of
from hecon.structure.lowering import lower
from hecon.version import VERSION

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.page.model_script import ModelScript
    from hecon.page.with_agreements import PageAgreements
    from hecon.results.analysis import Analysis
    from hecon.structure.lowering import Model

_TEXTS = ("population", "limits", "limitations")
_LONGEST_STEP = 28  # years after which weeks, months and days of 365.25 have all come to whole cycles


def contents(
    analysis: "Analysis", printed: "PageAgreements", script: "ModelScript", date: str = "", *, ranked: bool = True
) -> dict[str, Any]:
    """The page's data of an analysis; `printed` is the model that the page holds, with its agreements, and `script` its text.
    `date` is when it was written, today if left out.

    Amounts are in the currency of the inputs, horizons in years, `influence` of an input is its widest swing of net benefit,
    or 0 for all where they are not `ranked`.

    >>> from hecon import open_case
    >>> from hecon.page.model_script import model_script
    >>> from hecon.page.with_agreements import with_agreements_of
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> found = contents(analysis, with_agreements_of(analysis), model_script(*analysis.at_hand()))
    >>> found["inputs"][0]["name"], found["inputs"][0]["value"], found["horizon"], found["draws"]
    ('c_visit', 50.0, None, None)
    """
    settings, model, book = analysis.settings, printed.model, printed.book
    base = analysis.base if printed.carried is None else run(model, book.base())
    title = analysis.texts.get("title") or analysis.title or analysis.case
    horizon, step = horizons_of(model, book)
    return {
        "title": title, "case": analysis.case, "structure": settings.structure, "scenario": settings.scenario,
        "version": VERSION, "date": date or datetime.now().astimezone().date().isoformat(),
        "fingerprints": {"inputs": analysis.input_fingerprint, "program": analysis.program_fingerprint},
        "currency": base.currency, "price_year": base.price_year, "money": base.money,
        "strategies": [{"name": a, "label": b} for a, b in zip(base.strategies, base.labels, strict=True)],
        "reference": analysis.reference, "perspective": analysis.perspective,
        "effect": analysis.effect, "effect_word": effect_word(analysis.effect),
        "threshold": settings.wtp if settings.net_benefit else None,
        "thresholds": thresholds_around(settings.wtp).tolist() if settings.net_benefit else [],
        "items": items_of(base), "perspectives": perspectives_of_items(base),
        "inputs": input_records(analysis, book, script, ranked), "shares": share_groups(book, script.inputs),
        "prices": list(dict.fromkeys(name for name, _ in script.prices)),
        "product_price": _product_price(analysis),
        "horizon": horizon, "horizons": step, "own_horizon": horizon if book.settings.get("horizon") else None,
        "discount": _discounts(model, book, script.extra),
        "agreements": agreements_contents(printed), "budget": budget_contents(analysis),
        "texts": _texts(analysis), "draws": None, "verification": None, "confidential": None,
        "again": " ".join(asked_again(analysis)), "scenario_rows": _scenario_rows(analysis),
    }  # fmt: skip


def asked_again(analysis: "Analysis") -> list[str]:
    """The options of the command line that make the same case again, but for its scenario and how its results are read.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> asked_again(open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none"))
    []
    """
    settings, draws = analysis.settings, analysis.draws
    told = analysis.book.settings if analysis.book else {}
    words = [f"--structure {settings.structure}"] if settings.structure else []
    words += [f"--strategy {name}" for name in settings.strategies]
    if told.get("converted"):
        words.append(f"--currency {analysis.base.currency} --price-year {analysis.base.price_year}")
    if told.get("rules"):
        words.append(f"--jurisdiction {told['rules']}")
    if draws is not None and (str(draws.n), str(draws.seed)) != (told.get("draws", ""), told.get("seed", "")):
        words.append(f"--draws {draws.n}" + (f" --seed {draws.seed}" if draws.seed is not None else ""))
    return words


def _scenario_rows(analysis: "Analysis") -> list[list[str]]:
    """Target, name and value of each change of the scenario that was run; none of the base case."""
    name = analysis.settings.scenario
    if analysis.book is None or name not in analysis.book.scenarios:
        return []
    return [[one.target, one.name, one.value] for one in analysis.book.scenarios[name].changes]


def horizons_of(model: "Model", book: "Book") -> tuple[float | None, float | None]:
    """The horizon in years (the longest of its structures) and the step in years that is a whole number of cycles for all;
    no horizon where nothing has a clock, no step where none fits into the horizon.

    >>> from hecon.workbook.example import one_visit
    >>> horizons_of(*one_visit())
    (None, None)
    """
    clocks = [block.clock for block in lower(model, book.settings).blocks if block.clock is not None]
    if not clocks:
        return None, None
    horizon = max(clock.cycles / clock.per_year for clock in clocks)
    for years in range(1, _LONGEST_STEP + 1):
        if years <= horizon and all(abs(years * one.per_year - round(years * one.per_year)) < 1e-9 for one in clocks):
            return horizon, float(years)
    return horizon, None


def _discounts(model: "Model", book: "Book", extra: Mapping[str, float]) -> dict[str, str | None]:
    """The input that holds each discount rate; None for a schedule of rates, which the page does not change."""
    found: dict[str, str | None] = {}
    for kind, rate in rates_of(model.discount, book.settings).items():
        own = f"_dr_{kind}"
        found[kind] = own if own in extra else rate if isinstance(rate, str) and rate in book.parameters else None
    return found


def _product_price(analysis: "Analysis") -> str | None:
    """The product's price, where the inputs declare one."""
    declared = analysis.book is not None and analysis.book.settings.get("product_price", "")
    return analysis.product_price() if declared else None


def _texts(analysis: "Analysis") -> dict[str, str]:
    """What the author and the settings say of population and limits."""
    written = filled_alone(analysis, _TEXTS)
    told = {key: written[key] for key in _TEXTS if written.get(key)}
    settings = analysis.book.settings if analysis.book else {}
    return {**{key: settings[key] for key in ("population", "jurisdiction") if settings.get(key)}, **told}
