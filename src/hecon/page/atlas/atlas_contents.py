"""The atlas as the data of its page: every comparison in every view, the monies, and what no control changes."""

from collections.abc import Sequence
from typing import Any

from hecon.page.atlas.atlas_tables import frame, table
from hecon.page.atlas.atlas_views import OWN, SOCIETAL, at_view, key, views
from hecon.perspectives import METHODS, PERSPECTIVES
from hecon.report.html.atlas_page import OTHERS, READ, TITLE
from hecon.results.atlas.atlas import Atlas
from hecon.results.atlas.comparison import Comparison, InMoney
from hecon.results.atlas.headroom import headroom_grid
from hecon.results.atlas.overall import overall, published_line
from hecon.results.atlas.seen import seen
from hecon.results.atlas.tables import decisions, gains, horizons, lost_work, payback, published, summary
from hecon.results.atlas.waterfall import provenance, waterfall
from hecon.results.headroom.grids import overview
from hecon.version import VERSION

CURRENCIES = ("EUR", "USD")  # those with a purchasing power in the package's data
_USUAL = ("illness", "friction", "human capital")


def atlas_contents(atlas: Atlas) -> dict[str, Any]:
    """The data of the page, of comparisons made with `Choices(by_sector=True, also=...)`; it can be written as JSON.

    >>> from hecon.results.atlas.atlas import Atlas
    >>> [one["value"] for one in atlas_contents(Atlas())["perspectives"]]
    ['payer', 'health care sector', 'societal']
    """
    found, choices = atlas.comparisons, atlas.choices
    methods = _methods(found)
    year = choices.price_year
    monies = [{"value": one, "label": f"{one} {year}"} for one in (choices.currency, *choices.also)]
    return {
        "title": TITLE,
        "made": _made(atlas),
        "currencies": [*monies, {"value": OWN, "label": "each case's own"}],
        "perspectives": [{"value": name, "label": name} for name in PERSPECTIVES],
        "methods": [{"value": OWN, "label": "each case's own"}, *({"value": one, "label": one} for one in methods)],
        "start": {"currency": choices.currency, "perspective": SOCIETAL, "method": OWN},
        "overall": {key(p, m): _overall(found, p, m) for p in PERSPECTIVES for m in (OWN, *methods)},
        "tables": {
            "summary": frame(summary([])), "waterfall": frame(waterfall([])), "payback": frame(payback([])),
            "horizons": frame(horizons([])),
        },
        "comparisons": [_comparison(one, methods) for one in found],
        "others": OTHERS,
        "headroom": _headroom(atlas),
        "reading": list(READ),
    }  # fmt: skip


def _made(atlas: Atlas) -> list[list[str]]:
    found, choices = atlas.comparisons, atlas.choices
    return [
        ["Comparisons", f"{len(found)}, and {len(atlas.headroom) + len(atlas.products)} rows of headroom"],
        ["Cases", f"{len(atlas.cases)}"],
        ["Discount rates", f"{choices.rates} for amounts; the decision at the case's own"],
        ["Draws", f"{choices.draws:,}" if choices.draws else "none: base cases"],
        ["Made by", f"hecon {VERSION}"],
    ]


def _methods(found: Sequence[Comparison]) -> tuple[str, ...]:
    """The methods of lost work to choose from: the usual, and others that a case has."""
    met = {method for one in found for method in one.methods}
    return tuple(method for method in METHODS if method in _USUAL or method in met)


def _overall(found: Sequence[Comparison], perspective: str, method: str) -> str:
    """The line on all comparisons in a view; those that the view does not have are counted apart."""
    told = [one for one in (at_view(one, perspective, method) for one in found) if one is not None]
    missing = len(found) - len(told)
    if not missing:
        return overall(told)
    if not told:
        return f"No comparison has lost work by {method}."
    return f"{overall(told)} {missing} of {len(found)} comparisons have no lost work by {method} and stand apart."


def _comparison(one: Comparison, methods: Sequence[str]) -> dict[str, Any]:
    about = one.about
    own = InMoney(one.money.own)
    monies = (one.money, *one.other_money, own)
    places, told = views(one, methods, monies)
    whole = seen(one, SOCIETAL, about.method, own)
    lump = "; ".join(about.lump_holds) if any(one.lumps) else ""
    said = (
        ("Decision", about.title), ("Compared", f"{about.label} with {about.against}"),
        ("Is that today's comparator?", about.comparator_today), ("Grade", about.grade),
        ("Discount rates", f"{one.rates[1]} (the case's own: {one.rates[0]})"), ("The case's method of lost work", about.method),
        ("In the published lump", lump), ("What would reverse the sign", one.reversal), ("Published", published_line(one)),
    )  # fmt: skip
    return {
        "name": one.name, "case": about.case, "short": f"{about.pair.strategy} v {about.pair.reference}",
        "anchor": "".join(letter if letter.isalnum() else "-" for letter in one.name),
        "label": about.label, "against": about.against, "cells": about.cells, "grade": about.grade or "not graded",
        "opponent": about.opponent, "facts": [[name, text] for name, text in said if text],
        "money": [_money(one, own)  for one in monies],
        "views": places, "seen": told,
        "lost_work": table(lost_work([whole])), "decision": table(decisions([whole])), "gains": table(gains([whole])),
        "published": table(published([whole])), "provenance": table(provenance([whole])),
    }  # fmt: skip


def _money(one: InMoney, own: InMoney) -> dict[str, Any]:
    """How amounts of the case's own money are shown: printed name, factor, how it was made; `apart` where there is no index."""
    apart = one.factor is None and one != own
    told = one.printed if one.factor is None else f"{one.printed}, from {one.own}"
    factor = 1.0 if one.factor is None else one.factor
    return {
        "printed": one.printed,
        "factor": factor,
        "told": f"{told}{f' ({one.how})' if one.how else ''}",
        "apart": apart,
    }


def _headroom(atlas: Atlas) -> dict[str, Any]:
    """The rows of headroom as the atlas has them: in their own money, no ratio."""
    said = list(dict.fromkeys(one.against_today for one in atlas.headroom))
    today = (
        [f"{one.label}: {one.against_today}" for one in atlas.headroom if one.against_today] if len(said) > 1 else said
    )
    known = [
        f"{one.row.label}. Known: {one.row.known} What would have to be true: {one.row.needed}"
        for one in atlas.products
    ]
    return {
        "rows": table(headroom_grid(atlas.headroom), every=True), "today": [line for line in today if line],
        "products": table(overview(atlas.products), every=True), "known": known,
    }  # fmt: skip
