"""The page of a model without its confidential inputs: made from the public book, so that it cannot hold what that lacks.

The page carries the model itself. What rests on a withheld input is not a number until its reader types a value.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any

from hecon.confidential.redacted import PublicRun, public_draws
from hecon.inputs.withheld import WITHHELD
from hecon.page.contents import contents
from hecon.page.model_script import ModelScript, model_script
from hecon.page.packing import pack_draws
from hecon.page.stored_draws import ENCODING, carried_draws
from hecon.page.with_agreements import PageAgreements
from hecon.page.write_page import filled
from hecon.results.analysis import Analysis
from hecon.results.options import settings_of

if TYPE_CHECKING:
    from hecon.confidential.plan import Confidential
    from hecon.workbook.withheld.withheld import Withheld

# What a page may say whatever is withheld. An entry that is not named here or in `page_data` is left out (None).
SAFE = (
    "case", "structure", "scenario", "version", "date", "currency", "price_year", "money", "strategies", "reference",
    "perspective", "effect", "effect_word", "threshold", "thresholds", "items", "perspectives", "shares", "prices",
    "product_price", "horizon", "horizons", "own_horizon", "discount", "again",
)  # fmt: skip
SETTINGS = (
    "population",
    "jurisdiction",
)  # texts of the settings, in which `check_told` has looked for what is withheld
LEFT_OUT = ("agreements", "budget", "verification")  # rest on results, or on an agreement's amounts


def redacted_page(plan: "Confidential", found: PublicRun, date: str) -> str:
    """The page as HTML; `found` is the public run and `date` when the page is written.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> "CONFIDENTIAL VERSION" in redacted_page(plan, found, "2026-01-31")
    True
    """
    names = () if found.draws is None else found.draws.names
    script = redacted_script(plan, found, names)
    data, numbers = page_data(plan, found, script, date), ""
    if found.draws is not None and names:
        kept = carried_draws(found.draws, script.inputs)
        data["draws"] = {"n": kept.n, "names": list(kept.names), "encoding": ENCODING, "seed": found.draws.seed}
        numbers = pack_draws(kept.values.T)
    return filled(data, script, numbers)


def public_for_page(plan: "Confidential", altered: tuple[str, ...] = (), other: bool = False) -> PublicRun:
    """The run that a page is made from: base case and draws; the page itself computes what comes out of the draws.

    >>> from hecon.confidential.example import without_drug
    >>> public_for_page(without_drug()[0]).draws is None
    True
    """
    found = replace(plan, sample=None).public(altered, other)
    if plan.sample is None:
        return found
    return replace(found, draws=public_draws(plan.true_book(altered), plan.withheld, plan.sample, other=other))


def redacted_script(plan: "Confidential", found: PublicRun, drawn: tuple[str, ...] = ()) -> ModelScript:
    """The model printed from the public book, with care for inputs that are not a number.

    >>> from hecon.confidential.example import without_drug
    >>> redacted_script(*without_drug()).base
    {'c_drug': nan, 'c_test': 2.0, 'c_visit': 1.0}
    """
    script = model_script(plan.model, found.book, drawn, careful=True)
    return replace(script, base={name: nan if name in plan.withheld.names else x for name, x in script.base.items()})


def page_data(plan: "Confidential", found: PublicRun, script: ModelScript, date: str) -> dict[str, Any]:
    """The page's data: what `SAFE` lists, the inputs without what is withheld, salted fingerprint, and what is withheld.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> data = page_data(plan, found, redacted_script(plan, found), "2026-01-31")
    >>> data["inputs"][0]["name"], data["inputs"][0]["value"], data["budget"]
    ('c_drug', None, None)
    """
    analysis = _public_analysis(plan, found)
    ranked = not _benefit_hidden(plan, found)
    printed = PageAgreements(plan.model, found.book, None)
    known = contents(analysis, printed, script, date, ranked=ranked)
    settings = found.book.settings
    return {
        **{key: known[key] if key in SAFE else None for key in known},
        "title": plan.reading.about.get("title", "") or plan.case.name,
        "fingerprints": {"inputs": plan.withheld.fingerprint, "program": found.program},
        "inputs": [_input(one, plan.withheld) for one in known["inputs"]],
        "scenario_rows": [row for row in known["scenario_rows"] if row[1] not in plan.withheld.names],
        "texts": {key: settings[key] for key in SETTINGS if settings.get(key)},
        "confidential": _told(plan.withheld),
    }


def _public_analysis(plan: "Confidential", found: PublicRun) -> Analysis:
    """The public run as an analysis: no texts of the author's, for numbers that were computed may stand in them; neither
    population nor agreements.
    """
    read = plan.reading
    options = replace(plan.options, perspective=read.perspective, reference=read.reference, effect=read.effect)
    settings = settings_of(found.book, options, found.base.strategies)
    book = replace(found.book, records={})
    return Analysis(plan.case.name, plan.model, book, found.draws, found.base, None, settings)


def _benefit_hidden(plan: "Confidential", found: PublicRun) -> bool:
    """Whether the net benefit of a strategy depends on what is withheld: then no swing of it may be told."""
    read = plan.reading
    return any(
        plan.withheld.hides_benefit(found.base, strategy, read.perspective, read.effect)
        for strategy in found.base.strategies
    )


def _input(record: Mapping[str, Any], withheld: "Withheld") -> dict[str, Any]:
    """An input's record; of a withheld one name, label, group, unit, source and provenance stay."""
    if record["name"] not in withheld.names:
        return dict(record)
    nothing = {"value": None, "low": None, "high": None, "distribution": "", "note": WITHHELD, "drawn": False}
    return {**record, **nothing, "influence": 0.0}


def _told(withheld: "Withheld") -> dict[str, Any]:
    """What the page says of itself."""
    one = len(withheld.names) == 1
    banner = (
        f"CONFIDENTIAL VERSION: {'1 input is' if one else f'{len(withheld.names)} inputs are'} withheld. The word 'withheld'"
        f" stands for every number that depends on {'it' if one else 'them'}. Type {'its value' if one else 'their values'}"
        " under 'What if', and everything is computed."
    )
    return {
        "words": banner, "names": list(withheld.names), "shown": dict(withheld.shown), "follows": dict(withheld.implied)
    }  # fmt: skip
