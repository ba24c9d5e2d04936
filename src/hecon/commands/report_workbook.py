"""The workbook beside the page of `hecon report`: the executable model with every result of the page as a stored sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.commands.asked import tell
from hecon.commands.screen import waiting
from hecon.errors import HeconError

if TYPE_CHECKING:
    from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
    from hecon.report.study_value import Valued
    from hecon.results.analysis import Analysis
    from hecon.results.findings import Findings
    from hecon.workbook.stored.sheet import StoredSheet


def write_report_workbook(path: Path, found: "Findings", valued: "Valued | None", gsa: str = "") -> bool:
    """Write the executable workbook with sheets of stored results; `gsa` names a method of global sensitivity to add.

    Tells why, and gives False, where the model cannot be written as a workbook.

    Raises:
        HeconError: a file of that name that hecon did not write.
    """
    from hecon.workbook.read_back.read_back import is_twin
    from hecon.workbook.write_workbook import write_workbook

    if path.exists() and not is_twin(path):
        raise HeconError(f"{path}: is there already, and hecon did not write it; give another name with --out")
    try:
        with waiting("writing the workbook"):
            write_workbook(found.study, path, stored=_sheets(found, valued, gsa))
    except HeconError as error:
        tell(
            f"No executable workbook: {error}{f'; {path.name}, which is there, is of an earlier report' if path.exists() else ''}"
        )
        return False
    return True


def _sheets(found: "Findings", valued: "Valued | None", gsa: str) -> "list[StoredSheet]":
    """Every sheet there is something for, in the order of the workbook."""
    from hecon.results.analysis import ran_with
    from hecon.workbook.stored.difference import breakdown_sheet, price_sheet
    from hecon.workbook.stored.draws import convergence_sheet, voi_sheet
    from hecon.workbook.stored.sensitivity import dsa_sheet, gsa_sheet, scenarios_sheet

    study = found.study
    base, whole = ran_with(study, draws=False), ran_with(study)
    labels = study.base.labels
    sheets = [breakdown_sheet(found, whole)]
    if found.swings is not None:
        sheets.append(dsa_sheet(found.swings, base, dict(zip(study.base.strategies, labels, strict=True))))
        sheets += _made("two-way sensitivity", lambda: _two_way(found, base))
    if gsa:
        sheets += _made("global sensitivity", lambda: [gsa_sheet(_global(study, gsa), base)])
    if study.psa is not None:
        sheets.append(convergence_sheet(study.convergence(), whole, labels, study.money))
        tables, result = (valued.tables, valued.result) if valued else (None, None)
        sheets.append(voi_sheet(found, whole, tables, result))
    sheets.append(price_sheet(found, whole))
    if found.scenarios is not None and study.book is not None:
        sheets.append(scenarios_sheet(found.scenarios, study.book, base))
    return [*sheets, *_made("subgroups", lambda: _subgroups(study, whole))]


def _made(what: str, make: "Callable[[], list[StoredSheet]]") -> "list[StoredSheet]":
    """The sheets, or none with the reason told."""
    try:
        return make()
    except HeconError as error:
        tell(f"The workbook has no sheet of {what}: {error}")
        return []


def _two_way(found: "Findings", ran: str) -> "list[StoredSheet]":
    """The decision map of the two inputs with the widest swings."""
    from hecon.workbook.stored.sensitivity import two_way_sheet

    widths = found.widths
    widest = sorted(widths, key=lambda name: (-widths[name], name))[:2]
    if len(widest) < 2:
        return []
    return [two_way_sheet(found.study.two_way(*widest), ran, *map(found.label, widest))]


def _global(study: "Analysis", method: str) -> "dict[str, GlobalSensitivity]":
    return {one: study.global_sensitivity(method, one) for one in study.comparisons()}


def _subgroups(study: "Analysis", ran: str) -> "list[StoredSheet]":
    """The subgroups that the inputs declare."""
    from hecon.workbook.stored.sensitivity import subgroups_sheet

    if study.book is None or not study.book.subgroups:
        return []
    return [subgroups_sheet(study.subgroups(), ran)]
