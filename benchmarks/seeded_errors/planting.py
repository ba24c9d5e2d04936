"""Plant an error: a project with the patched model, or a workbook with what was typed in it, recalculated as it was saved."""

import csv
import re
import shutil
from html import escape, unescape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from records import Patch, Typed, base_folder

import hecon
from hecon.names import column_number, letters
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.xlsx.package import Cells, Package, Place, read_package, rewrite

_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_KIND = re.compile(r'\s*\bt="\w+"')
_HEADING = re.compile(r"\[([^\]]+)\]([<>]?)")


def project(folder: Path, base: str, patches: tuple[Patch, ...] = ()) -> Path:
    """A project with this base as its one case, patched; `folder` itself, which holds models/ and inputs/.

    Raises:
        ValueError: a patch whose old text or cell is not there.
    """
    source, name = base_folder(base), base
    (folder / "models" / name).mkdir(parents=True)
    shutil.copy(source / "model.py", folder / "models" / name / "model.py")
    shutil.copytree(source / "inputs", folder / "inputs" / name)
    for patch in patches:
        files = (
            sorted((folder / "inputs" / name).glob("*.csv")) if patch.file == "*" else [_file(folder, name, patch.file)]
        )
        if patch.file == "*":
            files.append(_file(folder, name, "model.py"))
        changed = 0
        for file in files:
            before = file.read_text(encoding="utf-8")
            after = _cell(before, patch) if patch.row else before.replace(patch.old, patch.new)
            changed += before != after
            file.write_text(after, encoding="utf-8")
        if not changed:
            raise ValueError(f"{base}, {patch.file}: {patch.old!r} is not there")
    return folder


def _file(folder: Path, name: str, file: str) -> Path:
    return folder / "models" / name / file if file == "model.py" else folder / "inputs" / name / file


def _cell(text: str, patch: Patch) -> str:
    """A table with one cell of it changed, or a row of its own put in the place of one."""
    rows = list(csv.reader(StringIO(text)))
    columns = patch.column.split()
    old, new = patch.old.split("|"), patch.new.split("|")
    for row in rows:
        if row[0] == patch.row and [row[rows[0].index(one)] for one in columns] == old:
            for one, value in zip(columns, new, strict=True):
                row[rows[0].index(one)] = value
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def patched_cells(base: str, patches: tuple[Patch, ...]) -> list[str]:
    """The cells of input tables that patches change, as hecon names them: parameters!J6."""
    found = []
    for patch in patches:
        if patch.row:
            table = base_folder(base) / "inputs" / patch.file
            rows = list(csv.reader(StringIO(table.read_text(encoding="utf-8"))))
            for k, row in enumerate(rows, start=1):
                columns = [rows[0].index(one) for one in patch.column.split()] if row[0] == patch.row else []
                found += [f"{table.stem}!{letters(column)}{k}" for column in columns]
    return found


def write_sound(folder: Path, base: str, out: Path, draws: int = 20) -> None:
    """The executable workbook of the case of a project."""
    case = hecon.open_case(str(folder / "models" / base))
    hecon.write_workbook(case.run(draws=draws, seed=1), out)


def plant(sound: Path, out: Path, typed: tuple[Typed, ...]) -> dict[str, tuple[str, str]]:
    """Type into a workbook and save it recalculated; the cells typed in, with what stood there and what stands there now.

    The formulas of a spreadsheet follow what is typed, and so do the results it stores: those of the sound model are gone.

    Raises:
        ValueError: a heading, a label or an old text that is not there.
    """
    cells = {
        f"{sheet}!{letters(c)}{r + 1}": told for (sheet, r, c), told in typed_cells(read_package(sound), typed).items()
    }
    with TemporaryDirectory() as there:
        draft = Path(there, "typed.xlsx")
        rewrite(sound, draft, lambda sheet, text: _edit(sheet, text, cells))
        fresh = read_package(draft)
        values = open_session(draft, "formualizer", there, fresh).values({})
        rewrite(draft, out, lambda sheet, text: _saved(text, values[sheet]))
    return cells


def typed_cells(package: Package, typed: tuple[Typed, ...]) -> dict[Place, tuple[str, str]]:
    """The cells typed in, with what stands there and what is typed.

    Raises:
        ValueError: a heading, a label or an old text that is not there.
    """
    cells = {}
    for one in typed:
        for row, column in cells_of(package, one.sheet, one.column, one.rows, one.row):
            old = _content(package, one.sheet, row, column)
            part, new = (_spelled(package.sheets[one.sheet], text, row) for text in (one.old, one.new))
            if part not in old:
                raise ValueError(f"{one.sheet}!{letters(column)}{row + 1}: {part!r} is not in {old!r}")
            cells[one.sheet, row, column] = (old, old.replace(part, new))
    return cells


def cells_of(package: Package, sheet: str, column: str, rows: str = "", row: str = "") -> list[tuple[int, int]]:
    """The cells (row, column, from 0) meant by a heading and by rows of cycles, or by the label of a row below it.

    Raises:
        ValueError: a heading or a label that is not there.
    """
    words = sorted(package.sheets[sheet].words.items())
    if row:
        heading = next((place for place, word in words if word == column), None)
        if heading is None:
            raise ValueError(f"{sheet}: there is no column {column!r}")
        found = next(
            (place[0] for place, word in words if word == row and place[0] > heading[0] and place[1] < 8), None
        )
        if found is None:
            raise ValueError(f"{sheet}: there is no row {row!r} below {column!r}")
        return [(found, heading[1])]
    first = _headings(package.sheets[sheet]) + 2
    start, _, end = rows.partition(" to ")
    place = _column(package.sheets[sheet], column)
    return [(one, place) for one in range(first + int(start), first + int(end or start) + 1)]


def _headings(sheet: Cells) -> int:
    """The row of the headings of a sheet by cycle."""
    return min(row for (row, column), word in sheet.words.items() if word == "cycle" and column == 0)


def _column(sheet: Cells, heading: str) -> int:
    row = _headings(sheet)
    found = [column for (place, column), word in sheet.words.items() if word == heading and place == row]
    if not found:
        raise ValueError(f"there is no column {heading!r}")
    return min(found)


def _content(package: Package, sheet: str, row: int, column: int) -> str:
    cells = package.sheets[sheet]
    if (row, column) in cells.formulas:
        return "=" + cells.formulas[row, column]
    return cells.words.get((row, column)) or f"{package.number((sheet, row, column)):g}"


def _spelled(sheet: Cells, text: str, row: int) -> str:
    """A text with [heading] written as the cell of that column in this row, [heading]> as the one in the row below."""
    shift = {"": 1, "<": 0, ">": 2}
    return _HEADING.sub(lambda m: f"{letters(_column(sheet, m[1]))}{row + shift[m[2]]}", text)


def _edit(sheet: str, text: str, cells: dict[str, tuple[str, str]]) -> str:
    wanted = {place.rpartition("!")[2]: new for place, (_, new) in cells.items() if place.rpartition("!")[0] == sheet}

    def one(match: re.Match[str]) -> str:
        new = wanted.get(match[1] + match[2])
        if new is None:
            return match[0]
        inside = f"<f>{escape(new[1:], quote=False)}</f><v>0</v>" if new.startswith("=") else f"<v>{float(new)!r}</v>"
        return f'<c r="{match[1]}{match[2]}"{_KIND.sub("", match[3])}>{inside}</c>'

    return _CELL.sub(one, text) if wanted else text


def _saved(text: str, values: Cells) -> str:
    """A sheet with the results of its formulas as they are after recalculation."""

    def one(match: re.Match[str]) -> str:
        formula = re.match(r"<f[^>]*?(?:/>|>.*?</f>)", match[4] or "", re.DOTALL)
        if formula is None:
            return match[0]
        place = (int(match[2]) - 1, column_number(match[1]))
        kind, value = "", repr(float(values.numbers[place]))
        if place in values.errors:
            kind, value = ' t="e"', escape(unescape(values.errors[place]))
        elif value == "nan":
            kind, value = ' t="str"', escape(values.words.get(place, ""))
        return f'<c r="{match[1]}{match[2]}"{_KIND.sub("", match[3])}{kind}>{formula[0]}<v>{value}</v></c>'

    return _CELL.sub(one, text)
