"""The log of a workbook's changes as files: the walk as CSV, reviewers' comments, and the workbook again with the walk in it."""

from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import InputError
from hecon.files import whole_file
from hecon.grid import write_csv
from hecon.workbook.read_back.comments import FILE as COMMENTS
from hecon.workbook.read_back.comments import write_comments
from hecon.workbook.read_back.read_back import read_facts
from hecon.workbook.read_back.walk_grids import walk_table
from hecon.workbook.read_back.walk_sheet import write_walk
from hecon.workbook.sheets.words import WITHHELD_FACT

if TYPE_CHECKING:
    from hecon.workbook.read_back.read_back import ReadBack
    from hecon.workbook.read_back.walk import Walk

WALK = "walk.csv"


def refuse_the_log(file: Path, out: Path) -> list[Path]:
    """The files that a log will write.

    Raises:
        InputError: the workbook itself; a confidential workbook, whose numbers no copy may tell.

    >>> [path.name for path in refuse_the_log(Path("no_such.xlsx"), Path("log"))]
    ['walk.csv', 'comments.csv']
    """
    if out.suffix.lower() != ".xlsx":
        if out.suffix:
            raise InputError(f"{out}: a log is a folder, or a workbook that ends in .xlsx")
        return [out / WALK, out / COMMENTS]
    if out.resolve() == file.resolve():
        raise InputError(f"{out}: is the workbook itself; give the one with the walk another name")
    if read_facts(file).get(WITHHELD_FACT):
        raise InputError(
            f"{file}: withholds inputs, and a walk in it would tell of them; give a folder, and keep its files to yourself"
        )
    return [out, _beside(out, WALK), _beside(out, COMMENTS)]


def write_log(file: Path, out: Path, walk: "Walk", found: "ReadBack") -> list[Path]:
    """Write the log; gives the files.

    Raises:
        InputError: a workbook without the place for a walk.

    >>> write_log(Path("no_such.xlsx"), Path("out.xlsx"), None, None)
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    made = [] if out.suffix.lower() != ".xlsx" else [write_walk(file, out, walk)]
    table, comments = (_beside(out, WALK), _beside(out, COMMENTS)) if made else (out / WALK, out / COMMENTS)
    with whole_file(table) as draft:
        write_csv(walk_table(walk), draft)
    made.append(table)
    if found.comments:
        with whole_file(comments) as draft:
            write_comments(found.comments, draft)
        made.append(comments)
    return made


def _beside(out: Path, name: str) -> Path:
    return out.with_name(f"{out.stem}_{name}")
