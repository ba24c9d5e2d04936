"""Which inputs a case computes from withheld ones, found by running its derive.py with them changed."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from hecon.cases import CaseFiles, own_inputs, run_file
from hecon.errors import HeconError, ModelError
from hecon.inputs.tables.cells import escape
from hecon.inputs.tables.csv_file import read_csv

_CHANGE = 1.01


def derived_too(case: CaseFiles, names: Sequence[str]) -> list[str]:
    """Inputs that derive.py computes from those named, which tell of them and must be withheld too.

    Raises:
        ModelError: a derive.py that names a withheld input and cannot be run.

    >>> derived_too(CaseFiles("demo", Path("nowhere/model.py"), Path("nowhere"), Path("outputs")), ["price"])
    []
    """
    path = case.model.parent / "derive.py"
    if not path.is_file() or not any(re.search(rf"\b{re.escape(name)}\b", path.read_text("utf-8")) for name in names):
        return []
    derived: Callable[[Path], Mapping[str, Any]] | None = run_file(path).get("derived")
    if derived is None:
        raise ModelError(f"{path}: names a withheld input and has no derived(folder): what it computes cannot be told")
    with TemporaryDirectory() as there:
        folder = _folder(case, Path(there))
        before = derived(folder)
        _change(folder / "parameters.csv", names)
        try:
            after = derived(folder)
        except (HeconError, ValueError, ArithmeticError) as error:
            raise ModelError(f"{path}: cannot be run with other values of {', '.join(names)}: {error}") from error
    return [name for name, cells in after.items() if name not in names and cells != before.get(name)]


def _folder(case: CaseFiles, there: Path) -> Path:
    """A copy of the case's inputs as CSV files."""
    own = case.inputs if case.inputs.is_dir() else own_inputs(case)
    folder = there / "inputs"
    if own.is_dir():
        copytree(own, folder)
    else:
        from hecon.inputs.tables.packing import unpack

        unpack(own, folder)
    return folder


def _change(path: Path, names: Sequence[str]) -> None:
    sheet = read_csv(path)
    columns, rows = sheet.columns, [{column: row.text(column) for column in sheet.columns} for row in sheet.rows]
    for row in rows:
        if row["name"] in names:
            row["value"] = repr(float(row["value"]) * _CHANGE + (0.0 if float(row["value"]) else 0.01))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows({column: escape(text) for column, text in row.items()} for row in rows)
