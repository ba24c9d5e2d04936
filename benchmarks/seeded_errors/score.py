"""Try finders on every error and every sound variant, and count: found, at the right place, false alarms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from finding import FIRST_PLACES, CaseFinder, Finding, WorkbookFinder, is_right, places_in_order
from planting import patched_cells, plant, project, write_sound
from records import SeededError, Variant

MODEL, ALONE, COMPARED = "model or inputs", "workbook alone", "workbook beside its model"


@dataclass(frozen=True)
class Finders:
    """The finders of a run, by the way they search: a project, a workbook alone, a workbook beside its model."""

    case: Mapping[str, CaseFinder]
    alone: Mapping[str, WorkbookFinder]
    compared: Mapping[str, WorkbookFinder]


@dataclass(frozen=True)
class Attempt:
    """What one finder made of one error: what it said that it does not say of the sound model, and the right place's rank.

    `rank` counts from 1 among the places it gives; 0 where the right one is not among the first ten. `where` tells the cells
    that were changed, for the reader.
    """

    error: SeededError
    way: str
    finder: str
    words: tuple[str, ...]
    rank: int
    where: str = ""

    @property
    def found(self) -> bool:
        """Whether the finder said anything."""
        return bool(self.words)

    @property
    def right(self) -> bool:
        """Whether it named the right place."""
        return self.rank > 0


@dataclass(frozen=True)
class Alarm:
    """What one finder said of one sound variant: failures, which are false alarms, and remarks."""

    variant: Variant
    way: str
    finder: str
    failures: tuple[str, ...]
    remarks: tuple[str, ...]


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The 95% interval of a proportion (Wilson 1927); 0 to 1 where nothing was tried.

    >>> print("%.3f to %.3f" % wilson(38, 40))
    0.835 to 0.986
    """
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * float(np.sqrt(share * (1 - share) / trials + square / (4 * trials)))
    return middle - half, middle + half


def judge(
    error: SeededError,
    way: str,
    finder: str,
    said: Sequence[Finding],
    sound: Sequence[Finding],
    right: Sequence[str],
    where: str = "",
) -> Attempt:
    """What a finder said of an error, less what it says of the sound model in the same words."""
    known = {one.words for one in sound}
    new = [one for one in said if one.words not in known]
    places = places_in_order(new)[:FIRST_PLACES]
    rank = next((k for k, place in enumerate(places, start=1) if is_right(place, right)), 0)
    return Attempt(error, way, finder, tuple(one.words for one in new), rank, where)


def attempts(errors: Sequence[SeededError], finders: Finders, folder: Path) -> Iterator[Attempt]:
    """Every finder on every error that it can search; `folder` takes the planted models and workbooks."""
    sound = _Sound(folder)
    for error in errors:
        base = sound.project(error.base)
        if not error.in_workbook:
            planted = project(folder / error.id, error.base, error.patches)
            for name, finder in finders.case.items():
                said, known = finder(planted, error.base), sound.said(name, error.base, finder)
                right = (*error.right, *patched_cells(error.base, error.patches))
                yield judge(error, MODEL, name, said, known, right, _of_patches(error))
            continue
        path = folder / f"{error.id}.xlsx"
        cells = plant(sound.workbook(error.base), path, error.typed)
        right, where = (*cells, *error.right), _of_cells(cells)
        for way, several, beside in ((ALONE, finders.alone, None), (COMPARED, finders.compared, base)):
            for name, search in several.items():
                known = sound.said_of_workbook(name, error.base, search, beside)
                yield judge(error, way, name, search(path, beside), known, right, where)


def _of_patches(error: SeededError) -> str:
    told = [f"{one.file}, {one.row}, {one.column}: `{one.old}` became `{one.new}`" for one in error.patches if one.row]
    return "; ".join(told or dict.fromkeys(one.file for one in error.patches))


def _of_cells(cells: Mapping[str, tuple[str, str]]) -> str:
    first, (old, new) = next(iter(cells.items()))
    more = f" and {len(cells) - 1} below" if len(cells) > 1 else ""
    return f"{first}{more}: `{old}` became `{new}`"


def alarms(variants: Sequence[Variant], finders: Finders, folder: Path) -> Iterator[Alarm]:
    """Every finder on every sound model, as a case and as a workbook."""
    for variant in variants:
        case = project(folder / variant.id, variant.base, variant.patches)
        for name, finder in finders.case.items():
            yield _alarm(variant, MODEL, name, finder(case, variant.base))
        raw, path = folder / f"{variant.id}_raw.xlsx", folder / f"{variant.id}.xlsx"
        write_sound(case, variant.base, raw)
        plant(raw, path, ())
        for way, several, beside in ((ALONE, finders.alone, None), (COMPARED, finders.compared, case)):
            for name, search in several.items():
                yield _alarm(variant, way, name, search(path, beside))


def _alarm(variant: Variant, way: str, finder: str, said: Sequence[Finding]) -> Alarm:
    failures = tuple(one.words for one in said if one.fails)
    return Alarm(variant, way, finder, failures, tuple(one.words for one in said if not one.fails))


class _Sound:
    """The sound models, each made and searched once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[tuple[str, str], Sequence[Finding]] = {}

    def project(self, base: str) -> Path:
        folder = self.folder / f"sound_{base}"
        return folder if folder.is_dir() else project(folder, base)

    def workbook(self, base: str) -> Path:
        path = self.folder / f"sound_{base}.xlsx"
        if not path.is_file():
            write_sound(self.project(base), base, path)
        return path

    def said(self, name: str, base: str, finder: CaseFinder) -> Sequence[Finding]:
        if (name, base) not in self.kept:
            self.kept[name, base] = finder(self.project(base), base)
        return self.kept[name, base]

    def said_of_workbook(self, name: str, base: str, search: WorkbookFinder, beside: Path | None) -> Sequence[Finding]:
        if (name, base) not in self.kept:
            saved = self.folder / f"sound_{base}_saved.xlsx"
            if not saved.is_file():
                plant(self.workbook(base), saved, ())
            self.kept[name, base] = search(saved, beside)
        return self.kept[name, base]
