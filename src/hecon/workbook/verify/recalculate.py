"""A workbook recalculated by a program that is not hecon: formualizer in this process, or LibreOffice without a screen.

Always from a poisoned copy: a program that only shows what is stored would give back the poison.
"""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import numpy as np

from hecon.errors import HeconError
from hecon.workbook.xlsx.package import Cells, Package, Place, poison, read_package, set_cells

ENGINES = ("formualizer", "libreoffice")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # 0: always recalculate; LibreOffice would otherwise trust the results stored by XlsxWriter
_PATIENCE = 600  # seconds
_PLAIN = {float, int, bool, type(None)}


class Session(Protocol):
    """A workbook opened for recalculation; `values` gives all cells after some of them were set."""

    def values(self, changes: Mapping[Place, float | str], only: Sequence[str] = ()) -> Mapping[str, Cells]:
        """All cells (or those of some sheets) with these changes, and only these, made to the workbook as it was opened."""
        ...


def engines() -> tuple[str, ...]:
    """Those that are installed, the faster first.

    >>> set(engines()) <= set(ENGINES)
    True
    """
    import importlib.util

    found = ["formualizer"] if importlib.util.find_spec("formualizer") else []
    return (*found, "libreoffice") if shutil.which("soffice") else tuple(found)


def need_engine(engine: str) -> None:
    """Stop where an engine is unknown or missing.

    Raises:
        HeconError: its name, with those there are, or how to install it.

    >>> need_engine("abacus")
    Traceback (most recent call last):
    hecon.errors.HeconError: cannot recalculate with 'abacus': the engines are formualizer and libreoffice
    """
    if engine not in ENGINES:
        raise HeconError(f"cannot recalculate with '{engine}': the engines are formualizer and libreoffice")
    if engine not in engines():
        how = "pip install 'hecon[verify]'" if engine == "formualizer" else "install LibreOffice Calc (soffice)"
        raise HeconError(f"{engine} is not installed, so nothing can be recalculated with it: {how}")


def engine_version(engine: str) -> str:
    """Name and version, as a certificate prints them.

    >>> engine_version("abacus")
    Traceback (most recent call last):
    hecon.errors.HeconError: cannot recalculate with 'abacus': the engines are formualizer and libreoffice
    """
    if engine == "formualizer":
        from importlib.metadata import version

        return f"formualizer {version('formualizer')}"
    if engine == "libreoffice":
        done = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=False, timeout=60)
        return " ".join(done.stdout.split()[:2])
    raise HeconError(f"cannot recalculate with '{engine}': the engines are formualizer and libreoffice")


def open_session(
    path: str | Path,
    engine: str,
    folder: str | Path,
    package: Package | None = None,
    only: Mapping[str, Collection[tuple[int, int]]] | None = None,
) -> Session:
    """Open a workbook for recalculation; copies of it go to `folder`.

    `package` is the workbook as it was read, if it was; with `only`, formulas are kept in these cells of these sheets alone.

    Raises:
        HeconError: an engine that is unknown or not installed.

    >>> open_session("demo.xlsx", "abacus", ".")
    Traceback (most recent call last):
    hecon.errors.HeconError: cannot recalculate with 'abacus': the engines are formualizer and libreoffice
    """
    need_engine(engine)
    poisoned = Path(folder, "poisoned.xlsx")
    poison(path, poisoned, only)
    if engine == "libreoffice":
        return LibreOffice(poisoned, Path(folder))
    return Formualizer(poisoned, package or read_package(path), only or ())


class Formualizer:
    """A session in this process; a change is followed only to the cells that depend on it."""

    def __init__(self, path: Path, package: Package, only: Collection[str] = ()) -> None:
        import formualizer

        self.package = package
        self.sheets = {name: cells for name, cells in package.sheets.items() if not only or name in only}
        self.library: Any = formualizer
        self.workbook: Any = formualizer.Workbook.load_path(str(path))
        self.now: dict[Place, float | str] = {}
        self.found: dict[str, Cells] = {}
        self.stale = True

    def values(self, changes: Mapping[Place, float | str], only: Sequence[str] = ()) -> Mapping[str, Cells]:
        """All cells after these changes; those of the call before are taken back."""
        back = self.now.keys() - changes.keys()
        for place in back:
            if text := self._formula(place):
                self.workbook.set_formula(place[0], place[1] + 1, place[2] + 1, f"={text}")
                self.stale = True
        wanted = {place: _typed(self.package, place) for place in back if not self._formula(place)} | dict(changes)
        for run in _runs(wanted):
            if any(self._current(place) != wanted[place] for place in run):
                self._set(run[0], [[wanted[place]] for place in run])
                self.stale = True
        self.now = dict(changes)
        if self.stale:
            try:
                self.workbook.evaluate_all()
            except self.library.ExcelEvaluationError as error:
                raise HeconError(
                    f"formualizer cannot recalculate the workbook: {error}; correct that formula"
                ) from error
            self.found, self.stale = {}, False
        names = [name for name in self.sheets if not only or name in only]
        for name in names:
            if name not in self.found:
                self.found[name] = self._sheet(name, self.sheets[name])
        return {name: self.found[name] for name in names}

    def _formula(self, place: Place) -> str:
        return self.package.sheets[place[0]].formulas.get(place[1:], "")

    def _current(self, place: Place) -> float | str | None:
        """What was typed in a cell; None where a formula stands."""
        return self.now.get(place, None if self._formula(place) else _typed(self.package, place))

    def _set(self, place: Place, column: list[list[float | str]]) -> None:
        """Cells from a place down, all at once: what depends on them is looked for once and not once for each."""
        self.workbook.set_values_batch(place[0], place[1] + 1, place[2] + 1, column)

    def _sheet(self, name: str, cells: Cells) -> Cells:
        rows, columns = cells.numbers.shape
        found = Cells(np.full((rows, columns), np.nan))
        if not rows:
            return found
        area = self.library.RangeAddress(name, 1, 1, rows, columns)
        for r, row in enumerate(self.workbook.sheet(name).get_values(area)):
            if _PLAIN.issuperset(map(type, row)):
                found.numbers[r] = row  # None becomes nan
                continue
            for c, value in enumerate(row):
                if isinstance(value, int | float):
                    found.numbers[r, c] = value
                elif isinstance(value, dict):
                    found.errors[r, c] = str(value.get("message") or value.get("kind") or value)
                elif value not in (None, ""):
                    found.words[r, c] = str(value)
        return found


class LibreOffice:
    """A session that converts a copy each time, with a profile of its own that makes it recalculate on load."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.profile = folder / "profile"
        user = self.profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        self.last: tuple[dict[Place, float | str], Mapping[str, Cells]] | None = None

    def values(self, changes: Mapping[Place, float | str], only: Sequence[str] = ()) -> Mapping[str, Cells]:
        """All cells after these changes."""
        if self.last is not None and self.last[0] == changes:
            return self.last[1]
        with TemporaryDirectory(dir=self.folder) as there:
            copy = Path(there, "changed.xlsx")
            set_cells(self.path, copy, changes)
            found = read_package(convert(copy, Path(there, "out"), self.profile)).sheets
        self.last = dict(changes), found
        return found


def convert(path: Path, folder: Path, profile: Path, to: str = "xlsx") -> Path:
    """A workbook converted by LibreOffice, recalculated on the way; the new file is in `folder`.

    Raises:
        HeconError: LibreOffice fails or gives no file.

    >>> convert(Path("demo.xlsx"), Path("."), Path("profile"), "docx")
    Traceback (most recent call last):
    hecon.errors.HeconError: demo.xlsx: a workbook is converted to xlsx or pdf, not docx
    """
    if to not in ("xlsx", "pdf"):
        raise HeconError(f"{path}: a workbook is converted to xlsx or pdf, not {to}")
    kind = "xlsx:Calc MS Excel 2007 XML" if to == "xlsx" else "pdf"
    command = ["soffice", f"-env:UserInstallation=file://{profile.absolute()}", "--headless", "--norestore"]
    command += ["--convert-to", kind, "--outdir", str(folder), str(path)]
    quiet = {**os.environ, "SAL_USE_VCLPLUGIN": "svp"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE, env=quiet)
    out = folder / f"{path.stem}.{to}"
    if done.returncode or not out.is_file():
        raise HeconError(f"{path}: LibreOffice could not convert it: {done.stderr.strip() or done.stdout.strip()}")
    return out


def _typed(package: Package, place: Place) -> float | str:
    number = package.number(place)
    return package.word(place) if np.isnan(number) else number


def _runs(places: Collection[Place]) -> Iterator[list[Place]]:
    """The places in runs one below the other."""
    in_order = sorted(places, key=lambda place: (place[0], place[2], place[1]))
    for _, run in groupby(enumerate(in_order), key=lambda one: (one[1][0], one[1][2], one[1][1] - one[0])):
        yield [place for _, place in run]
