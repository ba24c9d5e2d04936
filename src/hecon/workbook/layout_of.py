"""What a written workbook is read by: how its results are read, its horizon, and where everything stands."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.workbook.layout import InputPlace, Layout
from hecon.workbook.pages.model_pages import Twin
from hecon.workbook.sheets.control import Choices, places
from hecon.workbook.sheets.input_cells import BASE, FIRST, HIGH, LIVE, LOW
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.sheets.results_plan import SHEET as RESULTS
from hecon.workbook.sheets.results_plan import ResultsPlan
from hecon.workbook.sheets.scenario_plan import ScenarioPlan
from hecon.workbook.xlsx.pen import Pen

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def reading(book: "Book", perspective: str, wtp: float | None, reference: str) -> tuple[str, float, str]:
    """Perspective, threshold and reference: as given, or as the settings say.

    Raises:
        HeconError: what neither gives, all at once.

    >>> from hecon.workbook.example import one_visit
    >>> reading(one_visit()[1], "payer", 20_000.0, "a")
    ('payer', 20000.0, 'a')
    """
    settings = {**book.settings, **({"perspective": perspective} if perspective else {})}
    settings |= {"threshold": repr(float(wtp))} if wtp is not None else {}
    settings |= {"reference": reference} if reference else {}
    missing = [name for name in ("perspective", "threshold", "reference") if not settings.get(name)]
    if missing:
        raise HeconError(f"{book.case}: {', '.join(missing)}: neither given to write_workbook nor in the settings")
    return settings["perspective"], float(settings["threshold"]), settings["reference"]


def horizon_of(twin: Twin, which: Callable[..., float] = max) -> float:
    """The longest horizon of a structure in years, or (`which`=min) the shortest; 0 for a tree.

    >>> from hecon.workbook.example import one_visit
    >>> from hecon.workbook.sheets.control import controls
    >>> horizon_of(Twin(*one_visit(), controls(), False))
    0.0
    """
    clocks = [block.clock for block in twin.program.blocks if block.clock]
    return which((clock.cycles / clock.per_year for clock in clocks), default=0.0)


def layout_of(
    pen: Pen, twin: Twin, plan: ResultsPlan, whole_year: bool, choices: Choices, scenarios: ScenarioPlan
) -> Layout:
    """Where everything stands that a test or a verification of the file looks for; see `write_executable` for its use."""
    rows = {
        name: InputPlace(INPUTS, FIRST + k, (FIRST + k, LIVE), (FIRST + k, BASE), (FIRST + k, LOW), (FIRST + k, HIGH))
        for k, name in enumerate(twin.inputs)
    }
    results = {(what, plan.base.strategies[k]): (RESULTS, *at) for (what, k), at in plan.cells.items()}
    return Layout(
        rows,
        places(),
        tuple(pen.columns),
        tuple(pen.cells),
        tuple(pen.helpers),
        results,
        twin.open.methods,
        twin.steps,
        whole_year,
        tuple(twin.not_live),
        twin,
        choices.named,
        scenarios,
    )
