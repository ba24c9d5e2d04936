"""What can be said of a workbook without computing it: its formulas, functions, names and parts against a fresh workbook.

Every column of a clock must hold one formula (R1C1), but for a declared first or last row.
"""

import re
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from hecon.names import case_clashes, letters, name_fault
from hecon.workbook.layout import Layout
from hecon.workbook.pages.page import absolute
from hecon.workbook.pages.table_cells import SHEET as TABLES
from hecon.workbook.sheets.ceac_sheet import SHEET as CEAC
from hecon.workbook.sheets.changes_sheet import SHEET as CHANGES
from hecon.workbook.sheets.changes_sheet import typed_by_people
from hecon.workbook.sheets.control import SHEET as CONTROL
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.verify.expected import stretches
from hecon.workbook.verify.formula_runs import Runs, formula_runs
from hecon.workbook.xlsx.package import Package, Place
from hecon.workbook.xlsx.references import SAFE, functions, nesting, relative, words

_NOT_RESULTS = ("Cover", CONTROL, INPUTS, TABLES)  # typed by a reviewer, or a key of colours
DEEPEST = 64
_CONSTANTS = {"TRUE", "FALSE"}
_NUMBER = re.compile(r"(?<![\w.$])(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?(?![\w.(!:])")


def uniformity(package: Package, layout: Layout, runs: Runs | None = None) -> list[str]:
    """Columns that hold more than one formula, each with the row that differs; `runs` are the package's, if known.

    >>> uniformity(Package({}, {}, ()), Layout({}, {}, (), (), (), {}, {}, {}, False))
    []
    """
    faults = []
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for sheet, some in (formula_runs(package) if runs is None else runs).items():
        for run in some:
            found.setdefault((sheet, run.column), []).append((run.first, run.last))
    for one in stretches(layout):
        inner = range(one.first + 1, one.last)
        within = found.get((one.sheet, one.column), [])
        if not inner or any(first <= inner[0] and inner[-1] <= last for first, last in within):
            continue
        formulas = package.sheets[one.sheet].formulas
        texts = {row: relative(formulas.get((row, one.column), ""), row, one.column) for row in inner}
        common = max(set(texts.values()), key=list(texts.values()).count)
        for row in inner:
            if texts[row] != common:
                there = formulas.get((row, one.column), "a number without a formula")
                faults.append(f"{one.sheet}!{letters(one.column)}{row + 1} breaks its column's formula: {there[:120]}")
    return faults


def edited(package: Package, fresh: Package) -> list[str]:
    """Formulas that are not those a fresh workbook of the same inputs has, each with both texts.

    >>> edited(Package({}, {}, ()), Package({}, {}, ()))
    []
    """
    faults = []
    for name, cells in fresh.sheets.items():
        if name not in package.sheets:
            faults.append(f"the sheet {name} is missing")
            continue
        if package.sheets[name] is cells:
            continue
        mine = package.sheets[name].formulas
        for row, column in sorted(cells.formulas.keys() | mine.keys()):
            wanted, found = cells.formulas.get((row, column), ""), mine.get((row, column), "")
            if wanted == "NA()" and not found:
                continue  # a withheld input for which a value was typed
            if wanted != found and plain(wanted) != plain(found):
                faults.append(
                    f"{absolute(name, row, column).replace('$', '')}: {_told(found)} in place of {_told(wanted)}"
                )
    faults += [f"the sheet {name} has formulas and is not of a fresh workbook" for name in _strangers(package, fresh)]
    return faults


def edited_numbers(package: Package, fresh: Package) -> list[str]:
    """Stored numbers that are not those of a fresh workbook: draws, results of the PSA, the tornado. What a reviewer types
    (Control, Inputs, Tables, the CEAC's highest threshold, comments on Changes) and the walk stored there are left out.

    >>> edited_numbers(Package({}, {}, ()), Package({}, {}, ()))
    []
    """
    faults = []
    for name, cells in fresh.sheets.items():
        if name in _NOT_RESULTS or name not in package.sheets or package.sheets[name] is cells:
            continue
        mine, wanted = package.sheets[name].numbers, cells.numbers
        found = np.full(wanted.shape, np.nan)
        rows, columns = (min(a, b) for a, b in zip(mine.shape, wanted.shape, strict=True))
        found[:rows, :columns] = mine[:rows, :columns]
        near = np.isclose(found, wanted, rtol=1e-12, atol=0.0, equal_nan=True)
        for row, column in np.argwhere(~near).tolist():
            typed = (name, row, column) == (CEAC, 3, 1) or (name == CHANGES and typed_by_people(cells, row, column))
            if (row, column) not in cells.formulas and not typed:
                where = absolute(name, row, column).replace("$", "")
                faults.append(f"{where} holds {found[row, column]:.12g} in place of {wanted[row, column]:.12g}")
    return faults


def plain(text: str) -> str:
    """A formula without what programs spell differently when they save it: blanks outside texts, quotes, numbers.

    >>> plain("SUM( 'Inputs'!A1 , 1E-2 )") == plain("SUM(Inputs!A1,0.010)")
    True
    """
    parts = text.split('"')
    parts[::2] = [
        _NUMBER.sub(lambda m: f"{float(m[0]):.9g}", part.replace(" ", "").replace("'", "")) for part in parts[::2]
    ]
    return '"'.join(parts)


def formal_faults(
    package: Package,
    layout: Layout,
    confidential: bool = False,
    numberless: Collection[Place] = (),
    runs: Runs | None = None,
) -> Iterator[str]:
    """Functions, names, links, stored errors, formulas where a fresh workbook has none.

    A confidential workbook may hold #N/A, and so may `numberless` cells, of which the engine has no number; `runs` are
    the package's, if known.

    >>> list(formal_faults(Package({}, {}, ("xl/vbaProject.bin",)), Layout({}, {}, (), (), (), {}, {}, {}, False)))
    ['holds xl/vbaProject.bin: macros, links and connections do not belong in an executable workbook']
    """
    for part in package.parts:
        if any(word in part for word in ("vbaProject", "externalLink", "connections", "activeX", "embeddings")):
            yield f"holds {part}: macros, links and connections do not belong in an executable workbook"
    known = _formula_cells(layout)
    seen: set[str] = set()
    used: set[str] = set()
    runs = formula_runs(package) if runs is None else runs
    for name, cells in package.sheets.items():
        for place, error in cells.errors.items():
            if (confidential and error == "#N/A") or (name, *place) in numberless:
                continue
            yield f"{absolute(name, *place).replace('$', '')} holds the error {cells.errors[place]}"
        for run in runs[name]:
            rows = known.get((name, run.column), set())
            for row in range(run.first, run.last + 1):
                if row not in rows:
                    text = cells.formulas[row, run.column]
                    yield f"{_where(name, row, run.column)} holds a formula where a fresh workbook has none: {text[:120]}"
            text, where = run.text, _where(name, run.first, run.column)
            shape = relative(text, run.first, run.column)
            if shape in seen:
                continue
            seen.add(shape)
            used |= words(text)
            if strange := functions(text) - SAFE:
                yield f"{where} calls {', '.join(sorted(strange))}, which not every spreadsheet computes alike"
            if (deep := nesting(text)) > DEEPEST:
                yield f"{where} nests {deep} levels of brackets; Excel takes {DEEPEST}"
            if "[" in text:
                yield f"{where} refers to another workbook: {text[:120]}"
    yield from _name_faults(package.names, layout, used)


def without_dependents(package: Package, layout: Layout, runs: Runs | None = None) -> list[str]:
    """Inputs that no formula reads, by name or by cell; `runs` are the package's, if known.

    >>> without_dependents(Package({}, {}, ()), Layout({}, {}, (), (), (), {}, {}, {}, False))
    []
    """
    runs = formula_runs(package) if runs is None else runs
    shapes = {
        relative(run.end, run.last, run.column): run.end
        for some in runs.values()
        for run in sorted(some, key=lambda one: (one.last, one.column))
    }
    used = set().union(*(words(text) for text in shapes.values())) if shapes else set()
    cells = " ".join(shapes.values()).replace("$", "")
    return [
        name
        for name, place in layout.inputs.items()
        if name not in used and f"{place.sheet}!{letters(place.live[1])}{place.live[0] + 1}" not in cells
    ]


def _name_faults(names: Mapping[str, str], layout: Layout, used: set[str]) -> Iterator[str]:
    mine = {name: text for name, text in names.items() if not name.startswith("_xlnm.")}
    for name, text in mine.items():
        if name not in layout.inputs:
            yield f"the name {name} is not an input's"
            continue
        place = layout.inputs[name]
        if text.replace("'", "") != absolute(place.sheet, *place.live):
            yield f"the name {name} stands for {text}, not for its live cell {absolute(place.sheet, *place.live)}"
        if fault := name_fault(name):
            yield fault
    yield from (f"the names {a} and {b} differ in case only" for a, b in case_clashes(mine))
    yield from (f"the input {name} has no defined name" for name in layout.inputs.keys() - mine.keys())
    yield from (
        f"a formula uses the name {word}, which is not defined" for word in sorted(used - mine.keys() - _CONSTANTS)
    )


def _formula_cells(layout: Layout) -> dict[tuple[str, int], set[int]]:
    """The rows that hold a formula, by sheet and column."""
    known: dict[tuple[str, int], set[int]] = {}
    for sheet, row, column in layout.helpers:
        known.setdefault((sheet, column), set()).add(row)
    for one in stretches(layout):
        known.setdefault((one.sheet, one.column), set()).update(range(one.first, one.last + 1))
    return known


def _where(sheet: str, row: int, column: int) -> str:
    return absolute(sheet, row, column).replace("$", "")


def _strangers(package: Package, fresh: Package) -> list[str]:
    return [name for name in package.sheets if name not in fresh.sheets and package.sheets[name].formulas]


def _told(text: str) -> str:
    return f"={text[:160]}" if text else "no formula"
