"""The gate of confidential files: written a second time from other withheld values, they must be the same to the byte."""

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from hecon.confidential.page_places import places_of_page
from hecon.errors import HeconError

Write = Callable[[Path, Sequence[str], bool], None]  # folder, names whose values are altered, whether other stand-ins


def pass_gate(folder: Path, names: Sequence[str], write: Write) -> None:
    """Compare what was written to `folder` with what `write` gives from other withheld values and other stand-ins.

    `write(folder, altered, other)` writes everything again, with the values of `altered` inputs changed and, if `other`,
    the second stand-ins.

    Raises:
        HeconError: places that differ, with the file, the place in it and the inputs it depends on.

    >>> with TemporaryDirectory() as there:
    ...     _ = Path(there, "run.json").write_text('{"price": 9}')
    ...     leak = lambda folder, altered, other: Path(folder, "run.json").write_text('{"price": 10}')
    ...     pass_gate(Path(there), ["price"], leak)
    Traceback (most recent call last):
    hecon.errors.HeconError: 1 place would tell of price, which is withheld; nothing was written:
      - run.json: price
    """
    with TemporaryDirectory() as there:
        second = Path(there, "all")
        second.mkdir()
        write(second, names, True)
        if not (places := differences(folder, second)):
            return
        guilty = []
        for name in names:
            one = Path(there, f"one {name}")
            one.mkdir()
            write(one, [name], False)
            if differences(folder, one):
                guilty.append(name)
    which = ", ".join(guilty or names)
    many = len(places)
    told = "\n".join(f"  - {place}" for place in places[:20])
    raise HeconError(
        f"{many} place{'' if many == 1 else 's'} would tell of {which}, which {'is' if len(guilty or names) == 1 else 'are'}"
        f" withheld; nothing was written:\n{told}"
    )


def differences(one: Path, other: Path) -> list[str]:
    """Places in which two folders differ: file and cell, line, key, array or element.

    >>> differences(Path("no/such/folder"), Path("nor/this"))
    []
    """
    files = {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}
    others = {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    found = [f"{name}: is there or not" for name in sorted(files ^ others)]
    for name in sorted(files & others):
        if (one / name).read_bytes() != (other / name).read_bytes():
            found += _places(name, one / name, other / name)
    return found


def _places(name: str, one: Path, other: Path) -> list[str]:
    """Where two files differ; the whole file where that cannot be told."""
    match one.suffix:
        case ".csv":
            lines = [path.read_text(encoding="utf-8").splitlines() for path in (one, other)]
            places = [f"line {k + 1}" for k, (x, y) in enumerate(zip(*lines, strict=False)) if x != y]
        case ".json":
            a, b = (json.loads(path.read_text(encoding="utf-8")) for path in (one, other))
            places = [str(key) for key in a.keys() | b.keys() if a.get(key) != b.get(key)]
        case ".npz":
            with np.load(one) as a, np.load(other) as b:
                places = [key for key in a.files if key not in b.files or not np.array_equal(a[key], b[key])]
        case ".xlsx":
            places = _cells(one, other)
        case ".html":
            places = places_of_page(one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8"))
        case _:
            places = []
    return [f"{name}: {place}" for place in places] or [name]


def _cells(one: Path, other: Path) -> list[str]:
    """Cells of two workbooks that differ; else the parts."""
    from hecon.names import letters
    from hecon.workbook.xlsx.package import read_package

    a, b = read_package(one), read_package(other)
    places = []
    for sheet in a.sheets.keys() | b.sheets.keys():
        if sheet not in a.sheets or sheet not in b.sheets:
            places.append(f"the sheet {sheet}")
            continue
        mine, new = a.sheets[sheet], b.sheets[sheet]
        rows, columns = (max(x, y) for x, y in zip(mine.numbers.shape, new.numbers.shape, strict=True))
        for r in range(rows):
            for c in range(columns):
                if _held(mine, (r, c)) != _held(new, (r, c)):
                    places.append(f"{sheet}!{letters(c)}{r + 1}")
    if places:
        return sorted(places)
    with zipfile.ZipFile(one) as x, zipfile.ZipFile(other) as y:
        parts = set(x.namelist()) & set(y.namelist())
        return sorted(part for part in parts if x.read(part) != y.read(part))


def _held(cells: object, place: tuple[int, int]) -> tuple[object, ...]:
    from hecon.workbook.xlsx.package import Cells

    assert isinstance(cells, Cells)
    inside = place[0] < cells.numbers.shape[0] and place[1] < cells.numbers.shape[1]
    number = repr(float(cells.numbers[place])) if inside else "nan"
    return number, cells.words.get(place), cells.errors.get(place), cells.formulas.get(place)
