"""The workbook beside the page of `hecon report`: the executable model with every result of the page as a stored sheet."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.commands.asked import Asked, tell
from hecon.commands.screen import waiting
from hecon.errors import HeconError

if TYPE_CHECKING:
    from hecon.analysis.global_sensitivity import GlobalSensitivity
    from hecon.commands.voi_study import Valued
    from hecon.report.findings import Findings
    from hecon.workbook.stored import StoredSheet


def write_report_workbook(path: Path, asked: Asked, found: "Findings", valued: "Valued | None", gsa: str = "") -> bool:
    """Write the executable workbook with sheets of stored results; `gsa` names a method of global sensitivity to add.

    Tells why, and gives False, where the model cannot be written as a workbook.

    Raises:
        HeconError: a file of that name that hecon did not write.
    """
    from hecon.commands.twin import write_twin
    from hecon.workbook.read_back import is_twin

    if path.exists() and not is_twin(path):
        raise HeconError(f"{path}: is there already, and hecon did not write it; give another name with --out")
    try:
        with waiting("writing the workbook"):
            write_twin(path, asked.options, found.study, _sheets(asked, found, valued, gsa))
    except HeconError as error:
        tell(
            f"No executable workbook: {error}{f'; {path.name}, which is there, is of an earlier report' if path.exists() else ''}"
        )
        return False
    return True


def _sheets(asked: Asked, found: "Findings", valued: "Valued | None", gsa: str) -> "list[StoredSheet]":
    """Every sheet there is something for, in the order of the workbook."""
    from hecon.analysis.convergence import convergence
    from hecon.report.study import ran_with
    from hecon.workbook.stored_difference import breakdown_sheet, price_sheet
    from hecon.workbook.stored_draws import convergence_sheet, voi_sheet
    from hecon.workbook.stored_sensitivity import dsa_sheet, gsa_sheet, scenarios_sheet

    study = found.study
    base, whole = ran_with(study, draws=False), ran_with(study)
    labels = study.base.labels
    sheets = [breakdown_sheet(found, whole)]
    if found.swings is not None:
        sheets.append(dsa_sheet(found.swings, base, dict(zip(study.base.strategies, labels, strict=True))))
        sheets += _made("two-way sensitivity", lambda: _two_way(asked, found, base))
    if gsa:
        sheets += _made("global sensitivity", lambda: [gsa_sheet(_global(asked, gsa), base)])
    if study.psa is not None:
        running = convergence(study.psa, study.wtp, study.perspective, study.reference, study.effect)
        sheets.append(convergence_sheet(running, whole, labels, study.money))
        tables, result = (valued.tables, valued.result) if valued else (None, None)
        sheets.append(voi_sheet(found, whole, tables, result))
    sheets.append(price_sheet(found, whole))
    if found.scenarios is not None:
        sheets.append(scenarios_sheet(found.scenarios, asked.book, base))
    return [*sheets, *_made("subgroups", lambda: _subgroups(asked, found, whole))]


def _made(what: str, make: "Callable[[], list[StoredSheet]]") -> "list[StoredSheet]":
    """The sheets, or none with the reason told."""
    try:
        return make()
    except HeconError as error:
        tell(f"The workbook has no sheet of {what}: {error}")
        return []


def _two_way(asked: Asked, found: "Findings", ran: str) -> "list[StoredSheet]":
    """The decision map of the two inputs with the widest swings."""
    from hecon.analysis.two_way import two_way
    from hecon.workbook.stored_sensitivity import two_way_sheet

    widths = found.widths
    widest = sorted(widths, key=lambda name: (-widths[name], name))[:2]
    if len(widest) < 2:
        return []
    grid = two_way(asked.model, asked.book, *widest, perspective=asked.perspective, wtp=asked.wtp, effect=asked.effect)
    return [two_way_sheet(grid, ran, *map(found.label, widest))]


def _global(asked: Asked, method: str) -> "dict[str, GlobalSensitivity]":
    from hecon.analysis.global_sensitivity import global_sensitivity
    from hecon.commands.gsa import SIZES

    seed = int(asked.book.settings.get("seed") or 1)
    common: dict[str, Any] = {**asked.reading, "method": method, "n": SIZES.get(method, 0), "seed": seed}
    return {one: global_sensitivity(asked.model, asked.book, one, **common) for one in asked.comparisons()}


def _subgroups(asked: Asked, found: "Findings", ran: str) -> "list[StoredSheet]":
    """The subgroups that the inputs declare."""
    from hecon.analysis.subgroups import subgroups
    from hecon.inputs.subgroups import read_subgroups
    from hecon.workbook.stored_sensitivity import subgroups_sheet

    if not asked.book.subgroups:
        return []
    groups = read_subgroups(asked.case.inputs)
    return [subgroups_sheet(subgroups(asked.model, asked.book, groups, **asked.reading, draws=found.study.draws), ran)]
