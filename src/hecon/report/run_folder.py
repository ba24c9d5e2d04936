"""The files of one run: tables, draws, figures, workbook and run.json in outputs/<case>/<name>/.

Written to a temporary folder that is renamed at the end, so that an interrupted run leaves nothing half-done.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.exchange.psa_tables import write_wide_psa
from hecon.beside import beside
from hecon.evaluate.keep.traces import traces
from hecon.figures.category_figure import category_figure
from hecon.figures.ceac_figures import acceptability_figure
from hecon.figures.figure_style import figure_files, write_pictures
from hecon.figures.plane_figure import plane_figure
from hecon.figures.trace_figure import trace_figure
from hecon.files import Place
from hecon.grid import write_csv, write_rows
from hecon.report.analysis_folder import about_run, write_parts
from hecon.report.folder import run_place, write_json
from hecon.report.values_workbook import study_grids, write_grids
from hecon.results.analysis import Analysis
from hecon.results.as_json import as_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_run(
    study: Analysis,
    outputs: str | Path,
    *,
    name: str = "",
    command: str = "",
    figures: bool = True,
    workbook: bool = True,
    psa_csv: bool = False,
    executable: Callable[[Path], None] | None = None,
    place: Place | None = None,
) -> Path:
    """Write all files of a study to <outputs>/<case>/<name>/ and return that folder; without a name it is named by
    the time.

    `executable` writes the executable workbook into the folder it is given; `place` is the folder, where it was taken
    before the run (`run_place`). A folder of that name which holds an earlier run is replaced. Tables are CSV; base.npz and
    psa.npz (read by `load_outcomes`) and inputs/ keep the analysis whole for `load_analysis`; psa_draws.csv and
    psa_outcomes.csv are written if asked for.

    Raises:
        HeconError: a name that is not a plain folder name, or one that is taken by something else than a run.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> import tempfile
    >>> folder = write_run(study, tempfile.mkdtemp(), name="first", figures=False, workbook=False)
    >>> folder.name, (folder / "incremental.csv").read_text().splitlines()[2]
    ('first', 'deterministic,b,3.0,2.0,2.0,1.0,2.0,2,ND')
    """
    started = datetime.now().astimezone()
    with ExitStack() as stack:
        place = place or stack.enter_context(run_place(outputs, study.case, name, started))
        folder = place.draft
        shown = run_figures(study) if figures else {}

        def draw() -> dict[str, dict[str, bytes]]:
            return {name: figure_files(figure) for name, figure in shown.items()}

        # A workbook takes several times as long as the figures, which are drawn beside it.
        drawn = stack.enter_context(beside(draw)) if shown and executable is not None else draw
        grids = study_grids(study)
        for grid in grids.values():
            if grid.rows:
                write_csv(grid, folder / f"{grid.name}.csv")
        write_parts(folder, study)
        _write_kept(folder, study)
        _write_psa(folder, study, psa_csv)
        if workbook:
            write_grids(folder / "tables.xlsx", grids)
        if executable is not None:
            executable(folder)
        if figures:
            (folder / "figures").mkdir()
            for figure_name, files in drawn().items():
                write_pictures(files, folder / "figures" / figure_name)
        write_json(folder / "results.json", as_json(study, [*run_files(folder), "results.json", "run.json"]))
        write_json(folder / "run.json", about_run(study, command, started))
    return place.target


def run_files(folder: Path) -> list[str]:
    """Files of a run, relative to its folder, sorted.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "run.json").write_text("{}")
    >>> run_files(folder)
    ['run.json']
    """
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _write_kept(folder: Path, study: Analysis) -> None:
    """Trace and results by state, where the run kept them."""
    if found := traces(study.base):
        rows = (
            [trace.strategy, trace.structure, time, state, share]
            for trace in found
            for state, shares in trace.shares.items()
            for time, share in zip(trace.years.tolist(), shares.tolist(), strict=True)
        )
        write_rows(["strategy", "structure", "years", "state", "share"], rows, folder / "trace.csv")
    if by_state := study.base.kept.get("by_state"):
        rows = ([one.strategy, one.item, one.kind, one.where, float(one.value[0])] for one in by_state)
        write_rows(["strategy", "item", "kind", "state", "value"], rows, folder / "by_state.csv")


def _write_psa(folder: Path, study: Analysis, as_csv: bool) -> None:
    if study.psa is None:
        return
    draws = study.draws
    sampled = {} if draws is None else dict(zip(draws.names, draws.values, strict=True))
    if study.settings.net_benefit:
        columns = study.acceptability().columns()
        write_rows(list(columns), zip(*columns.values(), strict=True), folder / "acceptability.csv")
    if as_csv:
        write_wide_psa(study.psa, folder / "psa_outcomes.csv", study.perspective, study.effect)
        if sampled:
            values = np.array(list(sampled.values())).T.tolist()
            table = ([draw, *row] for draw, row in zip(study.psa.draw.tolist(), values, strict=True))
            write_rows(["draw", *sampled], table, folder / "psa_draws.csv")


def run_figures(study: Analysis) -> "dict[str, Figure]":
    """Every figure that a run has results for, by name: trace (if kept), plane, acceptability (with a PSA), costs.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> list(run_figures(study))
    ['plane', 'cost_by_category']
    """
    figures = {}
    if found := traces(study.base):
        figures["trace"] = trace_figure(found)
    if len(study.base.strategies) > 1 and study.settings.net_benefit:
        figures["plane"] = plane_figure(study.base, study.psa, **study.reading)
    if study.psa is not None and study.settings.net_benefit:
        curves, labels = study.acceptability(), study.base.labels
        figures["acceptability"] = acceptability_figure(curves, labels, study.wtp, study.money, study.effect_word)
    figures["cost_by_category"] = category_figure(study.base, study.perspective)
    return figures
