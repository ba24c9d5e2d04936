"""The workbook beside the page of `hecon report`: the executable model with every result of the page as a stored sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.results.analysis import ran_with
from hecon.workbook.read_back.read_back import has_our_sheets
from hecon.workbook.stored.difference import breakdown_sheet, price_sheet
from hecon.workbook.stored.draws import convergence_sheet, voi_sheet
from hecon.workbook.stored.sensitivity import dsa_sheet, gsa_sheet, scenarios_sheet, subgroups_sheet, two_way_sheet
from hecon.workbook.stored.sheet import StoredSheet
from hecon.workbook.write_workbook import write_workbook

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
    from hecon.report.study_value import Valued
    from hecon.results.analysis import Analysis
    from hecon.results.findings import Findings

Remark = Callable[[str], None]


def write_report_workbook(
    path: Path, found: "Findings", valued: "Valued | None", gsa: str = "", remark: Remark = lambda words: None
) -> bool:
    """Write the executable workbook with sheets of stored results; `gsa` names a method of global sensitivity to add.

    `remark` is told of a sheet that is left out, and why the model cannot be written as a workbook; then it gives False.

    Raises:
        HeconError: a file of that name that hecon did not write.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> from hecon.results.findings import Findings
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> found = Findings(study, (), None, (), (), None, (), (), {})
    >>> write_report_workbook(Path(tempfile.mkdtemp(), "demo.xlsx"), found, None)
    False
    """
    if path.exists() and not has_our_sheets(path):
        raise HeconError(f"{path}: is there already, and hecon did not write it; give another name with --out")
    try:
        write_workbook(found.study, path, stored=_sheets(found, valued, gsa, remark))
    except HeconError as error:
        earlier = f"; {path.name}, which is there, is of an earlier report" if path.exists() else ""
        remark(f"No executable workbook: {error}{earlier}")
        return False
    return True


def _sheets(found: "Findings", valued: "Valued | None", gsa: str, remark: Remark) -> list[StoredSheet]:
    """Every sheet there is something for, in the order of the workbook."""
    study = found.study
    base, whole = ran_with(study, draws=False), ran_with(study)
    sheets = [breakdown_sheet(found, whole)]
    if found.swings is not None:
        sheets.append(dsa_sheet(found.swings, base))
        sheets += _made(remark, "two-way sensitivity", lambda: _two_way(found, base))
    if gsa:
        sheets += _made(remark, "global sensitivity", lambda: [gsa_sheet(_global(study, gsa), base)])
    if study.psa is not None:
        sheets.append(convergence_sheet(study.convergence(), whole, study.base.labels, study.money))
        grids, patients = (valued.grids, valued.patients) if valued else (None, None)
        sheets.append(voi_sheet(found, whole, grids, patients))
    sheets.append(price_sheet(found, whole))
    if found.scenarios is not None and study.book is not None:
        sheets.append(scenarios_sheet(found.scenarios, base))
    return [*sheets, *_made(remark, "subgroups", lambda: _subgroups(study, whole))]


def _made(remark: Remark, what: str, make: Callable[[], list[StoredSheet]]) -> list[StoredSheet]:
    """The sheets, or none with the reason told."""
    try:
        return make()
    except HeconError as error:
        remark(f"The workbook has no sheet of {what}: {error}")
        return []


def _two_way(found: "Findings", ran: str) -> list[StoredSheet]:
    """The decision map of the two inputs with the widest swings."""
    widths = found.widths
    widest = sorted(widths, key=lambda name: (-widths[name], name))[:2]
    if len(widest) < 2:
        return []
    return [two_way_sheet(found.study.two_way(*widest), ran, *map(found.label, widest))]


def _global(study: "Analysis", method: str) -> "dict[str, GlobalSensitivity]":
    return {one: study.global_sensitivity(method, one) for one in study.comparisons()}


def _subgroups(study: "Analysis", ran: str) -> list[StoredSheet]:
    """The subgroups that the inputs declare."""
    if study.book is None or not study.book.subgroups:
        return []
    return [subgroups_sheet(study.subgroups(), ran)]
