"""The files of a confidential run: only what is listed here is written, and what depends on a withheld input is a word.

No incremental, acceptability or price tables: `hecon run` without --redact has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.analysis.exchange.storage import save_outcomes
from hecon.confidential.redacted import PublicRun
from hecon.evaluate.keep.traces import traces
from hecon.figures.figure_style import save_figure
from hecon.figures.trace_figure import trace_figure
from hecon.grid import Column, Grid, write_rows
from hecon.inputs.withheld import WITHHELD
from hecon.outcomes import Outcomes
from hecon.report.folder import how_read, versions, write_json
from hecon.report.run_folder import run_files
from hecon.results.options import RunSettings
from hecon.workbook.withheld.withheld import Withheld, without_stored

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

LEFT_OUT = "Left out, since they would reveal it: incremental, pairwise and acceptability tables, and figures of cost."
_EFFECTS = {"qaly": "QALYs", "ly": "Life-years", "ly_undiscounted": "Life-years, undiscounted"}


@dataclass(frozen=True)
class Reading:
    """How a run is read: case, title, perspective, threshold, reference, effect, and further words for run.json."""

    case: str
    perspective: str
    wtp: float
    reference: str
    effect: str
    about: Mapping[str, str]


def write_redacted_files(
    folder: Path, found: PublicRun, withheld: Withheld, reading: Reading, command: str, figures: bool = True
) -> None:
    """Write totals, outcomes, trace, states, untouched draws, results.json and run.json into a folder.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_redacted_files(folder, found, plan.withheld, plan.reading, "hecon run demo", figures=False)
    >>> sorted(path.name for path in folder.iterdir())
    ['by_state.csv', 'outcomes.csv', 'results.json', 'run.json', 'totals.csv']
    """
    base = found.base
    write_rows(
        ["strategy", "outcome", "value"], outcome_rows(base, withheld, reading.perspective), folder / "outcomes.csv"
    )
    columns = ["strategy", "kind", "item", "category", "of", "sector", "payer", "value", "psa_mean"]
    write_rows(columns, _totals(found, withheld), folder / "totals.csv")
    _write_trace(folder, base, withheld, figures)
    by_state = (
        [piece.strategy, piece.item, piece.kind, piece.where, float(piece.value[0])]
        if (piece.strategy, piece.kind, piece.item, piece.where) not in withheld.follows.pieces
        else [piece.strategy, piece.item, piece.kind, piece.where, WITHHELD]
        for piece in base.kept.get("by_state", ())
    )
    write_rows(["strategy", "item", "kind", "state", "value"], by_state, folder / "by_state.csv")
    if found.psa is not None and found.draws is not None:
        save_outcomes(folder / "psa.npz", without_stored(withheld, found.psa), _sampled(found.draws))
    files = [*run_files(folder), "results.json", "run.json"]
    write_json(folder / "results.json", as_json(found, withheld, reading, files))
    write_json(folder / "run.json", _about(found, withheld, reading, command))


def outcome_rows(base: Outcomes, withheld: Withheld, perspective: str) -> list[list[str | float]]:
    """Strategy, outcome and value of costs by category, total cost and effects; the word withheld where that depends.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> outcome_rows(found.base, plan.withheld, "payer")[:2]
    [['a', 'cost, drug', 'withheld'], ['a', 'cost, test', 2.0]]
    """
    sectors = base.sectors(perspective)
    rows: list[list[str | float]] = []
    for k, name in enumerate(base.strategies):
        for category, cost in base.split("category", perspective).items():
            mine = [i for i in base.items if i.kind == "cost" and i.category == category and i.sector in sectors]
            hidden = any(withheld.hides(name, "cost", item.name) for item in mine)
            rows.append([name, f"cost, {category}" if category else "cost", WITHHELD if hidden else float(cost[k, 0])])
        hidden = withheld.hides_cost(base, name, perspective)
        rows.append([name, "total cost", WITHHELD if hidden else float(base.cost(perspective)[k, 0])])
        for kind, words in _EFFECTS.items():
            if base.select(kind=kind).size:
                hidden = withheld.hides(name, kind)
                rows.append([name, words, WITHHELD if hidden else float(base.effect(kind)[k, 0])])
    return rows


def outcome_grid(base: Outcomes, withheld: Withheld, reading: Reading) -> Grid:
    """The same with a column per strategy, as a run prints it.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> outcome_grid(found.base, plan.withheld, plan.reading).rows[:2]
    (('cost, drug', 'withheld'), ('cost, test', '2'))
    """
    rows = outcome_rows(base, withheld, reading.perspective)
    labels = list(dict.fromkeys(str(row[1]) for row in rows))
    cells = {(str(row[0]), str(row[1])): row[2] for row in rows}

    def shown(strategy: str, label: str) -> str:
        value = cells[strategy, label]
        return value if isinstance(value, str) else f"{value:,.{3 if label in _EFFECTS.values() else 0}f}"

    table = tuple((label, *(shown(name, label) for name in base.strategies)) for label in labels)
    money = f"{base.currency} {base.price_year}".strip() or "currency units"
    title = f"Per patient, deterministic, {reading.perspective} perspective ({money})"
    heads = (Column("outcome", "Outcome"), *(Column(name, name, 0) for name in base.strategies))
    return Grid(
        "per_patient", title, heads, table, note=f"Withheld: {', '.join(withheld.names)}, and what depends on them"
    )


def as_json(found: PublicRun, withheld: Withheld, reading: Reading, files: list[str]) -> dict[str, Any]:
    """The run as one object; what depends on a withheld input is the word withheld.

    >>> from hecon.confidential.example import without_drug
    >>> plan, found = without_drug()
    >>> as_json(found, plan.withheld, plan.reading, [])["strategies"][0]["outcomes"]["total cost"]
    'withheld'
    """
    base = found.base
    rows = outcome_rows(base, withheld, reading.perspective)
    return {
        "case": reading.case,
        "confidential": True,
        "withheld": list(withheld.names),
        "shown_on_request": dict(withheld.shown),
        "follows_from_shown": dict(withheld.implied),
        "left_out": LEFT_OUT,
        "perspective": reading.perspective,
        "wtp": reading.wtp,
        "currency": base.currency,
        "price_year": base.price_year,
        "strategies": [
            {"name": name, "label": base.labels[k], "outcomes": {str(row[1]): row[2] for row in rows if row[0] == name}}
            for k, name in enumerate(base.strategies)
        ],
        "draws": 0 if found.psa is None else int(found.psa.draw.size),
        "files": files,
    }


def _totals(found: PublicRun, withheld: Withheld) -> Iterator[list[str | float]]:
    """Every item of every strategy, deterministic and the mean of the draws."""
    for k, name in enumerate(found.base.strategies):
        for i, item in enumerate(found.base.items):
            tags: list[str | float] = [name, item.kind, item.name, item.category, item.of, item.sector, item.payer]
            if withheld.hides(name, item.kind, item.name):
                yield [*tags, WITHHELD, WITHHELD]
            else:
                mean = "" if found.psa is None else float(found.psa.values[k, i].mean())
                yield [*tags, float(found.base.values[k, i, 0]), mean]


def _write_trace(folder: Path, base: Outcomes, withheld: Withheld, figures: bool) -> None:
    """Shares over time of the strategies whose cohort depends on nothing withheld."""
    known = traces(base)
    hidden = withheld.follows.moved
    rows = (
        [trace.strategy, trace.structure, time, state, WITHHELD if trace.strategy in hidden else share]
        for trace in known
        for state, shares in trace.shares.items()
        for time, share in zip(trace.years.tolist(), shares.tolist(), strict=True)
    )
    if known:
        write_rows(["strategy", "structure", "years", "state", "share"], rows, folder / "trace.csv")
    if known and figures and not hidden:
        (folder / "figures").mkdir()
        save_figure(trace_figure(known), folder / "figures" / "trace")


def _sampled(draws: "Draws") -> dict[str, Any]:
    return dict(zip(draws.names, draws.values, strict=True))


def _about(found: PublicRun, withheld: Withheld, reading: Reading, command: str) -> dict[str, Any]:
    """What run.json says, without the time: the same salt gives the same bytes."""
    settings = RunSettings(reading.perspective, reading.wtp, reading.reference, reading.effect)
    return {
        "case": reading.case,
        "command": command,
        "confidential": True,
        "withheld": list(withheld.names),
        "input_fingerprint_salted": withheld.fingerprint,
        "program_fingerprint": found.program,
        **how_read(settings, found.psa, found.draws, found.base.strategies),
        "settings": dict(reading.about),
        "versions": versions(),
    }
