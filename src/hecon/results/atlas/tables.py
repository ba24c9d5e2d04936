"""The tables of the atlas: one grid each over all comparisons, for the page and the workbook."""

from collections.abc import Callable, Iterable, Sequence

from hecon.analysis.cost_effectiveness.estimate import Estimate, estimate
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.atlas.causes import PATIENTS_WORK, SIDE_EFFECTS, Bar
from hecon.results.atlas.comparison import (
    Comparison,
    carers_work,
    consumed,
    later_cells,
    patients_work,
    side_effects,
    subsequent,
    upfront,
)
from hecon.results.atlas.money_flows import HORIZONS
from hecon.results.atlas.sentences import chance_cell
from hecon.results.atlas.waterfall import MONEY, NONE, OUTSIDE, WHICH, hidden_text
from hecon.results.evidence.case_evidence import WITHIN, published_text

_NAMES = ("1 year", *(f"{years} years" for years in HORIZONS[1:]), "lifetime")


def summary(found: Sequence[Comparison]) -> Grid:
    """A row per comparison: what is paid more upfront, what comes back through each channel, and the decision apart.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> summary([cells_v_care()]).rows[0][3].mean      # 1,000 + 100 less 200
    900.0
    """
    columns = (
        WHICH, Column("grade", "Grade"), MONEY, Column("upfront", "Extra upfront", 0),
        Column("upfront_lump", "with not separable", 0), Column("side_effects", "Side effects", 0),
        Column("work", "Lost work, the case's method", 0), Column("p_both", "P(both channels)"),
        Column("all_costs", "All costs of society", 0), Column("p_all", "P(all offsets)"),
        Column("work_illness", "Lost work: illness", 0), Column("work_friction", "Lost work: friction", 0),
        Column("work_human_capital", "Lost work: human capital", 0), Column("subsequent", "Subsequent treatment", 0),
        Column("later_cells", "of which cell therapy", 0), Column("qalys", "QALYs", 2),
        Column("icer", "Per QALY (own money and rates)"),
    )  # fmt: skip
    rows = [_summary(one) for one in found]
    note = (
        "Differences per patient, discounted at the common rates, with 95% intervals of the draws; below 0 is saved. Lost work: "
        "the patient's own paid work and carers'. P: share of draws in which the extra upfront cost is paid back; the channels "
        "are side effects and lost work by the case's method. Where the side effects of an arm are hidden in a lump, P is of "
        "upfront with not separable."
    )
    return Grid("summary", "Every comparison in one table", columns, tuple(rows), note)


def horizons(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and horizon.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> [(row[1], row[6].mean) for row in horizons([cells_v_care()]).rows][:2]      # 400 for nausea falls in the second year
    [('1 year', 900.0), ('5 years', 500.0)]
    """
    columns = (
        WHICH, Column("horizon", "Horizon"), MONEY, Column("upfront", "Extra upfront", 0),
        Column("side_effects", "Side effects", 0), Column("work", "Lost work", 0),
        Column("all_costs", "All costs of society", 0), Column("qalys", "QALYs", 3),
    )  # fmt: skip
    rows = [
        (
            one.name, name, one.money.printed, one.amount(upfront(), k) if one.filed else "not filed",
            _or_none(one, side_effects, SIDE_EFFECTS, k), _or_none(one, one.work, horizon=k), one.amount(one.counted, k),
            estimate(one.flows.effects["qaly"][k]) if "qaly" in one.flows.effects else None,
        )
        for one in found
        for k, name in enumerate(_NAMES)
    ]  # fmt: skip
    return Grid(
        "horizons",
        "Up to 1, 5 and 10 years and over the lifetime",
        columns,
        tuple(rows),
        "What falls up to the end of each year.",
    )


def lost_work(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and method of lost work: the patient's by illness and by death, carers', and with consumption.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> lost_work([cells_v_care()]).rows[0][:2]
    ('demo: cells v care', 'as modelled')
    """
    columns = (
        WHICH, Column("method", "Method"), MONEY, Column("illness", "Patient, illness", 0), Column("death", "Patient, death", 0),
        Column("patient", "Patient's work", 0), Column("carers", "Carers' work", 0), Column("total", "All lost work", 0),
        Column("with_consumption", "With consumption of survivors", 0), Column("named", "The case's"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        carers = one.increment(carers_work)
        for method in one.methods or ("as modelled",):
            chosen = patients_work(method)
            patient = one.increment(chosen)
            parts = [one.amount(patients_work(method, (cause,))) for cause in PATIENTS_WORK]
            eaten = estimate(patient + carers + one.increment(consumed)) if one.flows.rows(consumed) else NONE
            rows.append((
                one.name, method, one.money.printed, *parts, estimate(patient), estimate(carers), estimate(patient + carers), eaten,
                "yes" if method == one.method else "",
            ))  # fmt: skip
    return Grid("lost_work", "Lost work by every method", columns, tuple(rows))


def payback(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and reading of the upfront cost: shares returned, probabilities, years, prices.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> payback([cells_v_care()]).rows[0][4]      # 400 of 900
    '44%'
    """
    columns = (
        WHICH, Column("of", "Of"), MONEY, Column("upfront", "Extra upfront", 0),
        Column("side_effects", "Returned by side effects"), Column("work", "Returned by lost work"),
        Column("p_both", "P(paid back, both channels)"),
        Column("p_all", "P(paid back, all offsets)"), Column("year_both", "From year, both channels"),
        Column("never_both", "Never, both channels"), Column("year_all", "From year, all offsets"),
        Column("never_all", "Never, all offsets"), Column("price_both", "Price that pays back, both channels"),
        Column("price_all", "Price that pays back, all offsets"),
    )  # fmt: skip
    rows = [_payback(one, lump) for one in found for lump in ((False, True) if any(one.lumps) else (False,))]
    note = (
        "Returned: share of the extra upfront cost, only where its mean and over 95% of its draws are above 0. Years: first year "
        "from whose end on the undiscounted sum stays at or above 0, on the mean of the draws; never: share of draws. Prices: of "
        "the product, in the case's own money, the comparator's price held."
    )
    return Grid("payback", "Does the extra upfront cost come back?", columns, tuple(rows), note)


def decisions(found: Iterable[Comparison]) -> Grid:
    """A row per comparison: the decision as its case takes it.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> decisions([cells_v_care()]).rows[0][4].mean      # 1,100 less 600
    500.0
    """
    columns = (
        WHICH, Column("perspective", "Perspective"), Column("rates", "Discount rates"), MONEY, Column("inc_cost", "Inc. cost", 0),
        Column("inc_qalys", "Inc. QALYs", 3), Column("icer", "ICER per QALY", 0), Column("wtp", "Threshold", 0),
        Column("p_best", "P(cost-effective)"), Column("price", "Price now", 0), Column("worth", "Price at which it is worth it"),
        Column("reversal", "What would reverse the sign"),
    )  # fmt: skip
    rows = [
        (
            one.name, one.decision.perspective, one.rates[0], one.money.own, one.decision.inc_cost, one.decision.inc_effect,
            one.decision.icer, one.decision.wtp, "no draws" if one.decision.p_best is None else chance_cell(one.decision.p_best),
            one.decision.price, _price_cell(one.decision.worth, one.decision.no_price), one.reversal,
        )
        for one in found
    ]  # fmt: skip
    return Grid(
        "decision",
        "Apart from payback: the decision in the case's own money, rates and perspective",
        columns,
        tuple(rows),
    )


def gains(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and cause of QALYs, of the base case.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> gains([cells_v_care()]).rows[0][2:]
    (1.0, 0.0, 1.0)
    """
    columns = (
        WHICH, Column("cause", "QALYs by cause"), Column("strategy", "Strategy", 3), Column("reference", "Comparator", 3),
        Column("difference", "Difference", 3),
    )  # fmt: skip
    rows = [(one.name, cause, mine, other, mine - other) for one in found for cause, (mine, other) in one.gains.items()]
    return Grid("qalys", "QALYs by cause, discounted at the common rates, base case", columns, tuple(rows))


def published(found: Iterable[Comparison]) -> Grid:
    """A row per comparison and published figure of it, ours beside it.

    >>> from hecon.results.atlas.example import cells_v_care
    >>> published([cells_v_care()]).rows
    ()
    """
    columns = (
        WHICH, Column("study", "Study"), Column("what", "What"), Column("published", "Published"), Column("ours", "Ours"),
        Column("difference", "%"), Column("within", "Within tolerance"), Column("tag", "Tag"), Column("note", "What explains it"),
    )  # fmt: skip
    rows = []
    for one in found:
        for row in one.evidence:
            what = row.published
            digits = 0 if abs(what.high or row.ours or 0.0) >= 100 else 2
            ours = row.words or ("no counterpart" if row.ours is None else f"{row.ours:,.{digits}f}")
            difference = "" if row.relative is None else f"{row.relative:+z.1%}"
            unit = f" ({what.unit})" if what.unit else ""
            place = f" [scenario {what.scenario}]" if what.scenario else ""
            rows.append(
                (one.name, what.study, f"{what.what}{unit}{place}", published_text(what, digits), ours, difference,
                 WITHIN[row.within], what.tag, what.note)
            )  # fmt: skip
    return Grid(
        "evidence", "Published figures beside ours (base case, the case's own money and rates)", columns, tuple(rows)
    )


def _summary(one: Comparison) -> tuple[Cell, ...]:
    work = [_work(one, method) for method in ("illness", "friction", "human capital")]
    back = one.payback(lump=one.hidden(SIDE_EFFECTS))
    return (
        one.name, one.about.grade or "not graded", one.money.printed, one.amount(upfront()) if one.filed else "not filed",
        one.amount(upfront(lump=True)) if any(one.lumps) else "no lump", _or_none(one, side_effects, SIDE_EFFECTS),
        _or_none(one, one.work), chance_cell(back.p_both) if one.filed else "not filed", one.amount(one.counted),
        "" if back.p_all is None else chance_cell(back.p_all), *work,
        _or_none(one, subsequent), _or_none(one, later_cells), one.decision.inc_effect, one.decision.icer.text,
    )  # fmt: skip


def _work(one: Comparison, method: str) -> Cell:
    """All lost work by a method; where no item has one, the only reading stands under each."""
    if one.methods and method not in one.methods:
        return NONE
    chosen = patients_work(method)
    return _or_none(one, lambda bar: chosen(bar) or carers_work(bar))


def _or_none(one: Comparison, chosen: Callable[[Bar], bool], cause: str = "", horizon: int = -1) -> Cell:
    """An increment, or why there is none: `cause` may be hidden in a lump, or the case has no such cost."""
    if cause and one.hidden(cause):
        return hidden_text(one)
    if one.outside(chosen):
        return OUTSIDE
    return one.amount(chosen, horizon) if one.flows.rows(chosen) else NONE


def _payback(one: Comparison, lump: bool) -> tuple[Cell, ...]:
    back = one.payback(lump)
    of = "upfront with not separable" if lump else "upfront"
    if not one.filed:
        return (one.name, of, one.money.printed, "not filed", *[""] * 10)
    if back.side_effects is None or back.work is None:
        return (one.name, of, one.money.printed, back.upfront, *[chance_cell(None)] * 4, *[""] * 6)
    through, everything = one.years(False, lump), one.years(True, lump)
    harm = hidden_text(one) if one.hidden(SIDE_EFFECTS) else _returned(one, side_effects, back.side_effects)
    return (
        one.name, of, one.money.printed, back.upfront, harm, _returned(one, one.work, back.work), chance_cell(back.p_both),
        chance_cell(back.p_all), _year(through.year), f"{through.never:.0%}", _year(everything.year), f"{everything.never:.0%}",
        *([""] * 2 if lump else [_price_cell(one.pays_back.get(name), "no linear product price") for name in ("both", "all")]),
    )  # fmt: skip


def _returned(one: Comparison, chosen: Callable[[Bar], bool], share: Estimate) -> str:
    return OUTSIDE if one.outside(chosen) else _percent(share)


def _percent(share: Estimate) -> str:
    interval = "" if share.low is None or share.high is None else f" ({share.low:z.0%} to {share.high:z.0%})"
    return f"{share.mean:z.0%}{interval}"


def _year(year: int | None) -> str:
    return "never" if year is None else str(year)


def _price_cell(price: float | None, why: str) -> str:
    if price is None:
        return why
    return money_text(price) if price >= 0 else "not even at 0"
