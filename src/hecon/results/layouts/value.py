"""The layouts of what more knowledge would be worth: inputs known, studies by their size, who decides when."""

from collections.abc import Mapping, Sequence
from textwrap import shorten

from hecon.analysis.voi.evppi_result import Evppi
from hecon.analysis.voi.evsi import EvsiCurve
from hecon.analysis.voi.gain import below_zero
from hecon.analysis.voi.population import NetBenefitOfSampling
from hecon.analysis.voi.research import ResearchDecision
from hecon.digits import money_text
from hecon.grid import DATA, PAGE, ROOMY, SHEET, TERMINAL, Cell, Column, Grid
from hecon.results.layouts.words import BEST, best_of, layout, of_money, thinned
from hecon.results.value import ValueOfInformation

_STUDY = 90  # letters of a study's design that a title has room for
_SIZES, _FEW = 50, 7  # rows that are printed
_WHY = (Column("refused", "Refused", media=(DATA,)), Column("remark", "Remark", media=(TERMINAL, PAGE, SHEET)))


@layout.register
def _(found: ValueOfInformation) -> Grid:
    """EVPPI of each uncertain input, the highest first; the note has EVPI."""
    note = f"EVPI {money_text(found.evpi)} (standard error {money_text(found.evpi_se)}); best on average {found.best}; "
    note += f"{found.draws:,} draws, {found.perspective} perspective"
    title = f"Value of information per patient{of_money(found.money)} at {found.wtp:,.0f}"
    return evppi_grid(found.rows, title, found.evpi, labels=found.labels, note=note)


@layout.register
def _(one: Evppi) -> Grid:
    return evppi_grid((one,), f"EVPPI per patient at {one.wtp:,.0f}")


def evppi_grid(
    found: Sequence[Evppi], title: str, evpi: float = 0.0, *, labels: Mapping[str, str] | None = None,
    groups: Sequence[str] = (), patients: float | None = None, note: str = "",
) -> Grid:  # fmt: skip
    """EVPPI of inputs, or of named groups of them, with its share of EVPI and, for a population, the whole.

    `labels` name inputs for people; `groups` stand in place of the inputs' names.

    >>> evppi_grid((), "EVPPI per patient", patients=10.0).columns[3].heading
    'EVPPI, population'
    """
    columns = (
        Column("parameter", "Group" if groups else "Input"),
        *((Column("label", "Label", media=ROOMY),) if labels is not None and not groups else ()),
        Column("evppi", "EVPPI", 0, least=0.0), Column("se", "SE", 0),
        *((Column("share", "% of EVPI", 1, least=0.0),) if evpi > 0 else ()),
        *((Column("population", "EVPPI, population", 0, least=0.0),) if patients else ()),
        *_WHY,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for k, one in enumerate(found):
        known = {
            "parameter": groups[k] if groups else " + ".join(one.parameters),
            "label": " + ".join((labels or {}).get(name, name) for name in one.parameters),
            "evppi": one.value,
            "se": None if one.value is None else one.se,
            "share": None if one.value is None or evpi <= 0 else 100 * one.value / evpi,
            "population": None if one.value is None else one.value * (patients or 0.0),
            "refused": one.check.poor,
            "remark": f"not estimated: {one.remark}" if one.value is None else one.remark,
        }
        rows.append(tuple(known[column.name] for column in columns))
    return Grid("evppi", title, columns, tuple(rows), note)


@layout.register
def _(curve: EvsiCurve) -> Grid:
    """What a study would be worth per patient, by its size; the note says what no size exceeds."""
    columns = (
        Column("patients", f"Patients{_per_arm(curve)}", 0), Column("evsi", "EVSI", 0, least=0.0), Column("se", "SE", 0),
        *_WHY,
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (n, value, None if value is None else se, why, why or below_zero(estimate))
        for n, value, estimate, se, why in zip(
            curve.sizes, curve.values, curve.estimates.tolist(), curve.se.tolist(), curve.refused, strict=True
        )
    )
    most = curve.perfect
    limit = f"at most {money_text(max(most.value, 0.0))} per patient" if most.value is not None else most.remark
    title = f"Study {shorten(curve.study.text, _STUDY, placeholder=' ...')}, value per patient at {curve.wtp:,.0f}"
    return Grid("evsi", title, columns, rows, f"{curve.method}; {limit}", thinned(len(rows), _FEW))


@layout.register
def _(found: NetBenefitOfSampling) -> Grid:
    """The expected net benefit of sampling for the population, by the study's size; the note has the best."""
    columns = (
        Column("patients", "Patients", 0), Column("enbs", "ENBS", 0), Column("se", "SE", 0),
        Column("study_cost", "Cost of the study", 0), Column("patients_benefiting", "Patients who benefit, discounted", 0),
    )  # fmt: skip
    arrays = (found.values, found.se, found.costs, found.patients)
    rows = tuple(zip(found.sizes, *(one.tolist() for one in arrays), strict=True))
    best = {found.sizes.index(found.best)} if found.best else set()
    few = tuple(sorted({*thinned(len(rows), _SIZES), *best})) if len(rows) > _SIZES else ()
    note = (
        f"best with {found.best:,} patients: {money_text(found.highest)}" if found.best else "no size is worth its cost"
    )
    return Grid("enbs", "Net benefit of sampling, for the population", columns, rows, note, few)


@layout.register
def _(found: ResearchDecision) -> Grid:
    """To decide now or with research, over rejecting outright."""
    columns = (Column("answer", "Decision"), Column("value", "Net benefit", 0), BEST)
    rows = tuple((name, value, best_of(name == found.best)) for name, value in found.values.items())
    note = f"discounted patients: {found.now:,.0f} before the study reports, {found.later:,.0f} after"
    return Grid("research", "To decide now, or with research, over rejecting outright", columns, rows, note)


def _per_arm(curve: EvsiCurve) -> str:
    return " per arm" if len(curve.study.arms) > 1 else ""
