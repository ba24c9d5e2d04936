"""The layouts of the value of information and of whole runs, of which the rows need more than the numbers."""

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.analysis.voi.evppi import Evppi
from hecon.analysis.voi.evsi import EvsiCurve
from hecon.analysis.voi.population import NetBenefitOfSampling
from hecon.analysis.voi.research import ResearchDecision
from hecon.grid import Cell, Column, Grid
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.report.layouts import layout
from hecon.results.analysis import Analysis
from hecon.results.case import Case
from hecon.results.decision_tables import incremental_grid
from hecon.results.value import ValueOfInformation

_EVPPI = (Column("parameter", "parameter"), Column("evppi", "EVPPI", 0), Column("se", "SE", 0), Column("refused", ""))


@layout.register
def _(one: Evppi) -> Grid:
    return Grid("evppi", f"EVPPI per patient at {one.wtp:,.0f}", _EVPPI, (_evppi(one),))


@layout.register
def _(found: ValueOfInformation) -> Grid:
    rows = tuple(_evppi(one) for one in found.rows)
    note = f"EVPI {found.evpi:,.0f} (standard error {found.evpi_se:,.0f}); best on average {found.best}; "
    note += f"{found.draws:,} draws, {found.perspective} perspective"
    return Grid("voi", f"Value of information per patient ({found.money}) at {found.wtp:,.0f}", _EVPPI, rows, note)


@layout.register
def _(curve: EvsiCurve) -> Grid:
    columns = (
        Column("patients", "patients", 0),
        Column("evsi", "EVSI", 0),
        Column("se", "SE", 0),
        Column("refused", ""),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (n, value, None if why else se, why)
        for n, value, se, why in zip(curve.sizes, curve.values, curve.se.tolist(), curve.refused, strict=True)
    )
    limit = "refused" if curve.perfect.value is None else f"{curve.perfect.value:,.1f}"
    note = f"{curve.method}; at most {limit} per patient"
    return Grid("evsi", f"Study {curve.study.text}, value per patient at {curve.wtp:,.0f}", columns, rows, note)


@layout.register
def _(found: NetBenefitOfSampling) -> Grid:
    columns = (
        Column("patients", "patients", 0), Column("enbs", "ENBS", 0), Column("se", "SE", 0),
        Column("study_cost", "study's cost", 0), Column("patients_benefiting", "patients who benefit", 0),
    )  # fmt: skip
    step = max(1, -(-len(found.sizes) // 50))
    arrays = (found.sizes, found.values.tolist(), found.se.tolist(), found.costs.tolist(), found.patients.tolist())
    rows = tuple(row for k, row in enumerate(zip(*arrays, strict=True)) if k % step == 0 or row[0] == found.best)
    note = f"best with {found.best:,} patients: {found.highest:,.0f}" if found.best else "no size is worth its cost"
    return Grid("enbs", "Net benefit of sampling, for the population", columns, rows, note)


@layout.register
def _(found: ResearchDecision) -> Grid:
    columns = (Column("answer", "answer"), Column("value", "net benefit", 0), Column("best", ""))
    rows = tuple((name, value, "best" if name == found.best else "") for name, value in found.values.items())
    note = f"discounted patients: {found.now:,.0f} before the study reports, {found.later:,.0f} after"
    return Grid("research", "To decide now, or with research, over rejecting outright", columns, rows, note)


@layout.register
def _(analysis: Analysis) -> Grid:
    return incremental_grid(analysis)


@layout.register
def _(case: Case) -> Grid:
    book, settings = case.book, case.settings
    titles = " / ".join(dict.fromkeys(str(model.title) for model in case.models.values()))
    names = dict.fromkeys(one.name for model in case.models.values() for one in model.strategies)
    facts = {
        "title": titles,
        "strategies": ", ".join(names),
        "structures": ", ".join(name for name in case.models if name),
        "inputs": f"{len(book.parameters)} parameters, {len(book.tables)} tables, {len(book.scenarios)} scenarios",
        **{
            name: settings.get(name, "")
            for name in ("perspective", "threshold", "reference", "effect", "draws", "seed")
        },
        "currency": f"{settings.get('currency', '')} {settings.get('price_year', '')}".strip(),
    }
    rows = tuple((what, words) for what, words in facts.items() if words)
    return Grid("case", f"Case {case.name}", (Column("what", ""), Column("words", "")), rows)


@layout.register
def _(book: Book) -> Grid:
    columns = (
        Column("name", "name"), Column("label", "label"), Column("value", "value", -6), Column("low", "low", -6),
        Column("high", "high", -6), Column("unit", "unit"), Column("distribution", "distribution"),
        Column("provenance", "provenance"),
    )  # fmt: skip
    rows = tuple(
        (
            one.name,
            one.label,
            one.value,
            _number(one.low),
            _number(one.high),
            one.unit,
            one.distribution,
            one.provenance,
        )
        for one in book.parameters.values()
    )
    return Grid("parameters", f"Inputs of {book.case}", columns, rows)


@layout.register
def _(draws: Draws) -> Grid:
    columns = (
        Column("name", "name"), Column("mean", "mean", -6), Column("sd", "SD", -4), Column("low", "2.5%", -6),
        Column("high", "97.5%", -6),
    )  # fmt: skip
    several = draws.n > 1
    rows: list[tuple[Cell, ...]] = []
    for name, values in zip(draws.names, draws.values, strict=True):
        found = estimate(values)
        rows.append((name, found.mean, float(values.std(ddof=1)) if several else None, found.low, found.high))
    return Grid("draws", f"{draws.n:,} draws of {draws.book.case}, {draws.method}", columns, tuple(rows))


def _evppi(one: Evppi) -> tuple[Cell, ...]:
    value = None if one.value is None else max(one.value, 0.0)
    return " + ".join(one.parameters), value, None if value is None else one.se, one.check.poor or one.remark


def _number(value: float) -> float | None:
    return None if value != value else value
