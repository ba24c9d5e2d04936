"""Stored sheets Convergence and VOI: whether there are enough draws, and what more knowledge would be worth."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hecon.analysis.voi.convergence import Convergence, Z
from hecon.analysis.voi.gain import below_zero
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.findings import Findings
from hecon.workbook.stored.sheet import Chart, Part, StoredSheet

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 15  # bars
_SETTLED = 0.02  # the share of the draws from which on running means are shown: before, they swing too widely


def convergence_sheet(found: Convergence, ran_with: str, labels: tuple[str, ...], money: str) -> StoredSheet:
    """Running means of the incremental net benefit with their bands, running EVPI, and the error of every figure.

    >>> from hecon.analysis.voi.convergence import convergence
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("care", "drug"), [[0.0, 0.0], [50.0, 150.0]], [[0.0, 0.0], [1.0, 1.0]])
    >>> found = convergence(psa, 90.0, "payer", "care")
    >>> sheet = convergence_sheet(found, "2 draws", ("Care", "Drug"), "EUR")
    >>> [round(float(x), 6) for x in sheet.parts[0].grid.rows[0]]                 # -10 less and more 1.96 x 50
    [2.0, -10.0, -107.998199, 87.998199]
    """
    others = [k for k, name in enumerate(found.strategies) if name != found.reference]
    columns = [Column("draws", "Draws", 0)]
    for k in others:
        columns += [
            Column(f"inmb {k}", f"INMB so far: {labels[k]} ({money})", 0),
            *(
                Column(f"{end} {k}", f"{words}: {labels[k]}", 0)
                for end, words in (("low", "95% from"), ("high", "95% to"))
            ),
        ]
    rows: list[tuple[Cell, ...]] = []
    after = [j for j, n in enumerate(found.draws.tolist()) if n >= found.draws[-1] * _SETTLED]
    for j in after:
        cells: list[Cell] = [float(found.draws[j])]
        for k in others:
            mean, half = float(found.inmb[k, j]), Z * float(found.inmb_se[k, j])
            cells += [mean, mean - half, mean + half]
        rows.append(tuple(cells))
    title = f"Running means against {labels[found.strategies.index(found.reference)]}"
    drawn = tuple(column.name for column in columns[1:])
    chart = Chart("lines", "Incremental net benefit so far, with 95% bands", "draws", drawn, "Draws", f"INMB ({money})")
    known = (Column("draws", "Draws", 0), Column("evpi", f"EVPI so far ({money})", 0))
    evpi = tuple((float(found.draws[j]), float(found.evpi[j])) for j in after)
    evpi_chart = Chart("lines", "EVPI per patient so far", "draws", ("evpi",), "Draws", f"EVPI ({money})")
    errors = Grid(
        "figures",
        "Monte Carlo error of every figure",
        (
            Column("quantity", "Figure"),
            Column("strategy", "Strategy"),
            Column("estimate", "Estimate", 3),
            Column("se", "SE", 3),
        ),
        tuple((one.quantity, one.strategy, one.estimate, one.se) for one in found.figures),
    )
    words = (
        f"Choosing the strategy that is best by these draws loses {found.mistake:,.1f} ({money}) per patient on average.",
    )
    parts = (
        Part(Grid("running", title, tuple(columns), tuple(rows)), chart),
        Part(Grid("evpi", "Running EVPI", known, evpi), evpi_chart),
        Part(errors),
    )
    return StoredSheet("Convergence", "Are there enough draws?", ran_with, parts, words)


def voi_sheet(
    found: Findings,
    ran_with: str,
    tables: "Mapping[str, pd.DataFrame] | None" = None,
    result: Mapping[str, Any] | None = None,
) -> StoredSheet:
    """EVPI, EVPPI ranked, and, where the case declares a population and a study: their values, EVSI, ENBS, who decides when.

    `tables` and `result` are those of `value_study`.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> voi_sheet(Findings(study, (), None, (), (), None, (), (), {}), "base case").words
    ('Not run: it was run without draws, so nothing here is probabilistic.',)
    """
    study = found.study
    told = list(found.remarks.get("voi", ()))
    if study.psa is None:
        return StoredSheet("VOI", "Value of information", ran_with, (), (*told, f"Not run: {study.without_draws}."))
    at, money = study.at_threshold(), study.money
    evpi = float(at.evpi[0])
    known, frames = dict(result or {}), dict(tables or {})
    patients = (known.get("population") or {}).get("patients")
    told.append(f"EVPI per patient: {money_text(evpi)} ({money}), standard error {money_text(float(at.evpi_se[0]))}.")
    if patients:
        told.append(f"Population: {patients:,.0f} discounted patients; EVPI {evpi * patients:,.0f} ({money}).")
    else:
        told.append(
            "The case declares no population (incidence, decision_years, population_rate), so values are per patient."
        )
    parts = [_ranking(found, evpi, patients)]
    arms = "per arm" if (known.get("evsi") or {}).get("study", "").startswith("two_arm") else "in the study"
    if "evsi" in frames:
        parts.append(_evsi(frames["evsi"], known["evsi"], money, arms))
    if "enbs" in frames:
        parts.append(_enbs(frames["enbs"], known["enbs"], money, arms))
    if known.get("research"):
        parts.append(_research(known["research"], money))
    return StoredSheet("VOI", "Value of information", ran_with, tuple(parts), tuple(told))


def _ranking(found: Findings, evpi: float, patients: float | None) -> Part:
    money = found.study.money
    columns = [
        Column("label", "Input"),
        Column("evppi", f"EVPPI per patient ({money})", 1),
        Column("se", "SE", 1),
        Column("share", "Of EVPI (%)", 1),
        *([Column("population", f"EVPPI of the population ({money})", 0)] if patients else []),
        Column("why", "Remark"),
    ]
    rows: list[tuple[Cell, ...]] = []
    for one in found.ranking:
        value = None if one.value is None else max(one.value, 0.0)
        label = " + ".join(map(found.label, one.parameters))
        whole = [None if value is None else value * patients] if patients else []
        share = None if value is None or evpi <= 0 else 100 * value / evpi
        rows.append((label, value, None if value is None else one.se, share, *whole, one.remark))
    title = "EVPPI of each input, highest first"
    telling = [k for k, one in enumerate(found.ranking) if k < 5 or one.estimate > 5e-4 * evpi]
    shown = min(_SHOWN, len(telling))
    chart = Chart("bars", f"{title}: {shown}", "label", ("evppi",), "Input", f"EVPPI per patient ({money})", shown)
    return Part(Grid("evppi", title, tuple(columns), tuple(rows)), chart)


def _evsi(frame: "pd.DataFrame", about: Mapping[str, Any], money: str, arms: str) -> Part:
    columns = (
        Column("patients", f"Patients {arms}", 0),
        Column("evsi", f"EVSI per patient ({money})", 1),
        Column("se", "SE", 1),
        Column("refused", "Remark"),
    )
    rows = tuple(
        (
            float(row["patients"]),
            None if row["refused"] else max(float(row["evsi"]), 0.0),
            float(row["se"]),
            str(row["refused"] or below_zero(float(row["evsi"]))),
        )
        for row in frame.to_dict("records")
    )
    title = f"What the study would be worth: {about['study']}"
    chart = Chart("lines", title, "patients", ("evsi",), f"Patients {arms}", f"EVSI per patient ({money})")
    limit = (
        "" if about.get("evppi") is None else f" No size exceeds {about['evppi']:,.1f}, the EVPPI of what is measured."
    )
    return Part(Grid("evsi", title, columns, rows, f"Method: {about['method']}.{limit}"), chart)


def _enbs(frame: "pd.DataFrame", about: Mapping[str, Any], money: str, arms: str) -> Part:
    columns = (
        Column("patients", f"Patients {arms}", 0),
        Column("enbs", f"ENBS, population ({money})", 0),
        Column("se", "SE", 0),
        Column("study_cost", f"Cost of the study ({money})", 0),
        Column("patients_benefiting", "Patients who benefit, discounted", 0),
    )
    every = frame.to_dict("records")
    step = max(1, len(every) // 60)
    kept = [
        row for k, row in enumerate(every) if k % step == 0 or row["patients"] == about["best"] or k == len(every) - 1
    ]
    rows = tuple(tuple(float(row[column.name]) for column in columns) for row in kept)
    best = (
        f"Best with {about['best']:,} patients {arms}: {money_text(about['value'])}"
        if about["best"]
        else "No size is worth its cost"
    )
    title = "Expected net benefit of sampling, by size of the study"
    chart = Chart("lines", title, "patients", ("enbs",), f"Patients {arms}", f"ENBS of the population ({money})")
    return Part(Grid("enbs", title, columns, rows, f"{best} ({money})."), chart)


def _research(about: Mapping[str, Any], money: str) -> Part:
    columns = (
        Column("answer", "Decision"),
        Column("value", f"Value for the population ({money})", 0),
        Column("best", "Best"),
    )
    rows = tuple(
        (name, float(value), "best" if name == about["best"] else "") for name, value in about["values"].items()
    )
    title = f"{about['strategy']}: decide now or with research ({about['size']:,} patients), over rejecting it outright"
    chart = Chart(
        "bars", "Decide now or with research", "answer", ("value",), "Decision", f"Value for the population ({money})"
    )
    return Part(Grid("research", title, columns, rows), chart)
