"""The inputs of an edited workbook as a folder of CSV files: the case's own files with the changed cells, nothing else touched."""

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from shutil import copytree

from hecon.errors import InputError
from hecon.files import whole_folder
from hecon.inputs.curve_parameters import choice_name, coefficient_name
from hecon.inputs.parameter import Parameter
from hecon.inputs.tables.cells import cell_text
from hecon.inputs.tables.csv_file import write_csv
from hecon.inputs.tables.sheets import read_sheets
from hecon.structure.agreements.items import SWITCH
from hecon.workbook.read_back.chosen_agreement import unswitched
from hecon.workbook.read_back.comments import FILE as COMMENTS
from hecon.workbook.read_back.comments import write_comments
from hecon.workbook.read_back.edited_cells import WORDS
from hecon.workbook.read_back.read_back import ReadBack

_NUMBERS = ("value", "low", "high", "distribution", "par1", "par2")
_BESIDE = ("low", "high", *(one for one in WORDS if one != "distribution"))  # edits that leave the others alone


def write_inputs_folder(found: ReadBack, own: str | Path, folder: str | Path) -> Path:
    r"""Write the inputs that a twin stands for; `own` is the folder or workbook of the case's inputs it was written from.
    Reviewers' comments go into comments.csv beside them.

    Raises:
        InputError: a folder that holds CSV files already; what reading `own` raises.

    >>> from tempfile import mkdtemp
    >>> from hecon.inputs.reading import read_inputs
    >>> own, out = Path(mkdtemp()), Path(mkdtemp())
    >>> _ = (own / "parameters.csv").write_text("name,value,provenance\nprice,5,read\n")
    >>> found = ReadBack(read_inputs(own), (), (), (), (), {"perspective": "societal"})
    >>> _ = write_inputs_folder(found, own, out / "edited")
    >>> (out / "edited" / "settings.csv").read_text().split()
    ['name,value', 'perspective,societal']
    """
    folder = Path(folder)
    if folder.exists() and any(folder.glob("*.csv")):
        raise InputError(f"{folder}: holds CSV files already; give another folder")
    sheets = read_sheets(Path(own))
    names = dict.fromkeys(change.name for change in found.edits)
    grids = {name: sheet.texts() for name, sheet in sheets.items()}
    _set_parameters(grids, found)
    _set_curves(grids, {name: found.book.parameters[name] for name in names}, found)
    for name in found.tables:
        table = found.book.tables[name]
        columns = [table.index, *table.columns.values()]
        grids[name] = [
            [table.index_name, *table.columns],
            *([cell_text(x) for x in row] for row in zip(*columns, strict=True)),
        ]
    settings = {**found.settings, **_agreement(found)}
    if settings:
        _set_settings(grids, settings)
    with whole_folder(folder) as draft:
        if folder.is_dir():
            copytree(folder, draft, symlinks=True, dirs_exist_ok=True)
        for name, grid in grids.items():
            write_csv(draft / f"{name}.csv", grid)
        if found.comments:
            write_comments(found.comments, draft / COMMENTS)
    return folder


def _agreement(found: ReadBack) -> dict[str, str]:
    """The setting of the agreement in force, where the workbook has one or where it was changed to none."""
    now = unswitched(found.book).settings.get(SWITCH, "")
    changed = any(change.name == SWITCH for change in found.edits)
    return {SWITCH: now} if SWITCH in found.book.parameters and (now or changed) else {}


def _set_parameters(grids: dict[str, list[list[str]]], found: ReadBack) -> None:
    """The changed columns of the changed inputs; columns that the file lacks are added."""
    head, *rows = grids["parameters"]
    targets: dict[str, set[str]] = {}
    for change in found.edits:
        targets.setdefault(change.name, set()).add(change.target)
    for row in rows:
        name = row[head.index("name")]
        mine = targets.get(name, set())
        spread = () if mine <= set(_BESIDE) else _NUMBERS
        for column in dict.fromkeys((*spread, *(one for one in (*_NUMBERS, *WORDS) if one in mine))):
            if column not in head:
                head.append(column)
                for other in rows:
                    other.append("")
            value = getattr(found.book.parameters[name], column)
            row[head.index(column)] = value if isinstance(value, str) else "" if isnan(value) else cell_text(value)


def _set_curves(grids: dict[str, list[list[str]]], changed: Mapping[str, Parameter], found: ReadBack) -> None:
    """Choices and coefficients of fitted curves, which stand in curves.csv."""
    if "curves" not in grids:
        return
    head, *rows = grids["curves"]
    curve, family, parameter, estimate, selected = (
        head.index(name) for name in ("curve", "family", "parameter", "estimate", "selected")
    )
    for name, one in found.book.fitted.items():
        choice = changed.get(choice_name(name))
        for row in (row for row in rows if row[curve] == name):
            coefficient = changed.get(coefficient_name(name, row[family], row[parameter]))
            if coefficient is not None:
                row[estimate] = cell_text(coefficient.value)
            if choice is not None:
                row[selected] = "yes" if row[family] == list(one.fits)[int(choice.value) - 1] else ""


def _set_settings(grids: dict[str, list[list[str]]], settings: Mapping[str, str]) -> None:
    grid = grids.setdefault("settings", [["name", "value"]])
    head = grid[0]
    left = dict(settings)
    for row in grid[1:]:
        if row[head.index("name")] in left:
            row[head.index("value")] = left.pop(row[head.index("name")])
    for name, value in left.items():
        row = [""] * len(head)
        row[head.index("name")], row[head.index("value")] = name, value
        grid.append(row)
