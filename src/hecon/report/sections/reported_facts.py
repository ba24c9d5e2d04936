"""What an analysis knows of each thing a reporting standard asks for, in words; made from the run, no number typed twice."""

from collections import Counter
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.report.sections.structures import methods_of_structure, structures_of
from hecon.results.analysis import Analysis
from hecon.results.findings import of_model
from hecon.results.jurisdiction_rules import told_rules
from hecon.results.layouts.totals import effects_counted

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def reported_facts(analysis: Analysis) -> dict[str, str]:
    """A text for each name of the column `facts` of data/cheers.csv; "" where the analysis does not know.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> found = reported_facts(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"))
    >>> found["strategies"], found["perspective"], found["horizon"]
    ('a; b; compared with a', 'payer', '')
    """
    base, book = analysis.base, analysis.book
    settings = book.settings if book else {}
    labels = "; ".join(f"{label or name}" for name, label in zip(base.strategies, base.labels, strict=True))
    causes = dict.fromkeys(item.category for item in base.items if item.kind == "cost" and item.category)
    effects = "; ".join(heading for _, heading in effects_counted(base))
    counted = f"; counted in the decision: {effect_words(analysis.effect)}" if analysis.effect != "none" else ""
    rules = "; ".join(told_rules(book)) if book else ""
    return {
        "title": f"An economic evaluation of {labels}",
        "population": settings.get("population", ""),
        "setting": "; ".join(filter(None, [settings.get("jurisdiction", ""), rules])),
        "strategies": f"{labels}; compared with {analysis.reference}",
        "perspective": analysis.perspective,
        "outcomes": f"{effects}{counted}" if effects else "",
        "costs": f"costs by cause: {'; '.join(causes)}" if causes else "",
        "money": analysis.money + (f"; converted: {analysis.converted}" if analysis.converted else ""),
        **_of_the_model(analysis),
        **(_of_the_inputs(book) if book else {}),
        "uncertainty": _uncertainty(analysis),
        "results": f"by strategy and cause, {' and '.join(analysis.bases)}",
        "effect": f"base case and {analysis.psa.draw.size:,} draws"
        if analysis.psa is not None
        else analysis.without_draws,
    }


def _of_the_model(analysis: Analysis) -> dict[str, str]:
    """Horizon, discounting, kind of model; nothing where the model is not at hand."""
    model, book = analysis.model, analysis.book
    if model is None or book is None:
        return {"horizon": "", "discounting": "", "model": ""}
    structures = structures_of(model)
    told = [methods_of_structure(one, book) for one in structures]
    horizons = dict.fromkeys(f"{one['horizon']} in cycles of {one['cycle']}" for one in told if "horizon" in one)
    kinds = Counter(_kind(one) for one in structures)
    methods = dict(of_model(book, model)[1])
    words = ", ".join(f"{count} x {kind}" if count > 1 else kind for kind, count in kinds.items()) or "decision tree"
    return {
        "horizon": "; ".join(horizons),
        "discounting": methods["Discounting"],
        "model": f"{words}, as open formulas; fingerprint {(analysis.program_fingerprint or '')[:12]}",
    }


def _kind(structure: object) -> str:
    if hasattr(structure, "curves"):
        return "partitioned survival"
    return "cohort of states, by rates" if getattr(structure, "rates", None) else "cohort of states, by probabilities"


def _of_the_inputs(book: "Book") -> dict[str, str]:
    kinds = Counter(one.provenance or "not stated" for one in book.parameters.values())
    assumed = kinds["assumption"] + kinds["expert"] + kinds["unverified"]
    names = dict.fromkeys(row["subgroup"] for row in book.subgroups if row.get("subgroup"))
    groups = [row.get("group", "") for row in book.records.get("groups", ())]
    varying = len(book.margins.varying)
    return {
        "inputs": f"{len(book.parameters)} inputs, {varying} with a distribution, {len(book.sources)} sources; "
        + ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        "assumptions": f"{assumed} inputs are assumed, of experts or unverified",
        "groups": f"{len(groups)} groups are declared: {', '.join(groups)}" if groups else "",
        "subgroups": f"{len(names)} subgroups are declared: {', '.join(names)}" if names else "",
    }


def _uncertainty(analysis: Analysis) -> str:
    book = analysis.book
    scenarios = f"; {len(book.scenarios)} scenarios" if book and book.scenarios else ""
    if analysis.psa is None:
        return f"one input at a time{scenarios}; {analysis.without_draws}"
    drawn = analysis.draws
    how = "" if drawn is None else f", {drawn.method}, seed {drawn.seed}"
    return f"one input at a time; {analysis.psa.draw.size:,} draws of all uncertain inputs{how}{scenarios}"
