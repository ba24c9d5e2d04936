"""Stored sheets Convergence and VOI: whether there are enough draws, and what more knowledge would be worth."""

from collections.abc import Mapping
from dataclasses import replace

from hecon.analysis.voi.convergence import Convergence, Z
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.findings import Findings
from hecon.results.layouts.layout import layout
from hecon.results.layouts.value import evppi_grid
from hecon.workbook.stored.sheet import Chart, Part, StoredSheet

_SHOWN = 15  # bars
_LONG = 60  # rows, beyond which only some are shown
_CHARTS = {
    "evsi": lambda title, money: Chart(
        "lines", title, "patients", ("evsi",), "Patients", f"EVSI per patient ({money})"
    ),
    "enbs": lambda title, money: Chart("lines", title, "patients", ("enbs",), "Patients", f"ENBS ({money})"),
    "research": lambda title, money: Chart("bars", title, "answer", ("value",), "Decision", f"Net benefit ({money})"),
}  # of a valued study
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
    errors = layout(found)
    parts = (
        Part(Grid("running", title, tuple(columns), tuple(rows)), chart),
        Part(Grid("evpi", "Running EVPI", known, evpi), evpi_chart),
        Part(replace(errors, note="")),
    )
    return StoredSheet("Convergence", "Are there enough draws?", ran_with, parts, (errors.note,))


def voi_sheet(
    found: Findings,
    ran_with: str,
    grids: Mapping[str, Grid] | None = None,
    patients: float | None = None,
) -> StoredSheet:
    """EVPI, EVPPI ranked, and, where the case declares a population and a study: their values, EVSI, ENBS, who decides when.

    `grids` are those of a valued study (evsi, enbs, research), `patients` the discounted patients of its population.

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
    told.append(f"EVPI per patient: {money_text(evpi)} ({money}), standard error {money_text(float(at.evpi_se[0]))}.")
    if patients:
        told.append(f"Population: {patients:,.0f} discounted patients; EVPI {evpi * patients:,.0f} ({money}).")
    else:
        told.append(
            "The case declares no population (incidence, decision_years, population_rate), so values are per patient."
        )
    parts = [_ranking(found, evpi, patients)]
    parts += [Part(_few(grid), _CHARTS[name](grid.title, money)) for name, grid in (grids or {}).items()]
    return StoredSheet("VOI", "Value of information", ran_with, tuple(parts), tuple(told))


def _ranking(found: Findings, evpi: float, patients: float | None) -> Part:
    title, money = "EVPPI of each input, highest first", found.study.money
    labels = {name: found.label(name) for one in found.ranking for name in one.parameters}
    grid = evppi_grid(found.ranking, f"{title} ({money})", evpi, labels=labels, patients=patients)
    telling = [k for k, one in enumerate(found.ranking) if k < 5 or one.estimate > 5e-4 * evpi]
    shown = min(_SHOWN, len(telling))
    chart = Chart("bars", f"{title}: {shown}", "label", ("evppi",), "Input", f"EVPPI per patient ({money})", shown)
    return Part(grid, chart)


def _few(grid: Grid) -> Grid:
    """The rows that are worth a line, of hundreds of sizes."""
    return replace(grid, rows=tuple(grid.rows[k] for k in grid.few), few=()) if len(grid.rows) > _LONG else grid
