"""What was chosen on a twin's Control, and what its cover says it was written with."""

import re
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault, InputError, nearest
from hecon.names import letters
from hecon.perspectives import perspectives_of, sectors_of
from hecon.workbook.pages.open_choices import METHODS, TIMINGS
from hecon.workbook.sheets import control
from hecon.workbook.sheets.input_options import option_names
from hecon.workbook.sheets.items_sheet import FIRST, ITEMS, STRATEGY_NO
from hecon.workbook.sheets.named_choices import HEAD
from hecon.workbook.sheets.scenario_plan import NONE
from hecon.workbook.sheets.sector_table import FIRST_ROW, SECTOR_COLUMN, SectorTable
from hecon.workbook.sheets.words import LOST_WORK_FACT
from hecon.workbook.xlsx.package import Package, read_package

if TYPE_CHECKING:
    from pathlib import Path

    from hecon.inputs.book import Book

COVER = "Cover"


def read_choices(package: Package, submitted: "Book") -> tuple[dict[str, str], list[str], list[str], list[Fault]]:
    """Settings as Control has them where they differ from those submitted, changes since in words, notes, faults.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.xlsx.package import set_cells
    >>> from hecon.workbook.verify.trial import Made
    >>> from hecon.workbook.example import one_visit
    >>> made = Made(*one_visit(), "payer", 20000.0, "a")
    >>> folder = Path(tempfile.mkdtemp())
    >>> place = made.write(folder / "demo.xlsx").controls["perspective"]
    >>> set_cells(folder / "demo.xlsx", folder / "other.xlsx", {("Control", *place): "societal"})
    >>> settings, words, notes, faults = read_choices(read_package(folder / "other.xlsx"), made.book)
    >>> settings["perspective"], words, notes, faults
    ('societal', ['perspective payer -> societal'], [], [])
    """
    at = {name: (control.SHEET, *place) for name, place in _places(package).items()}
    if lost := [label for name, label in control.LABELS.items() if name not in at and name != "scenario"]:
        fault = Fault(
            control.SHEET, f"has no choice '{lost[0]}': its row was deleted or its label changed; put it back"
        )
        return {}, [], [], [fault]
    facts = cover(package)
    table, head = _sectors(package, facts.get(LOST_WORK_FACT, ""))
    settings: dict[str, str] = {}
    words: list[str] = []
    faults: list[Fault] = []

    def wrong(name: str, text: str) -> None:
        sheet, row, column = at[name]
        faults.append(Fault(f"{sheet}!{letters(column)}{row + 1}", text))

    def keep(setting: str, now: str, was: str, shown: str = "") -> None:
        if submitted.settings.get(setting, was) != now:
            settings[setting] = now
        if now != was:
            words.append(f"{setting.replace('_', ' ')} {was} -> {shown or now}")

    for name, setting, known, was in (
        ("perspective", "perspective", tuple(table.perspectives), facts.get("Perspective", "")),
        ("timing", "discount_timing", TIMINGS, facts.get("Discount timing", "")),
        ("method", "within_cycle", (control.AS_DECLARED, *METHODS), control.AS_DECLARED),
    ):
        now = package.word(at[name])
        if now not in known:
            wrong(name, f"unknown {name} '{now}'{nearest(now, known)} (known: {', '.join(known)})")
        elif now != control.AS_DECLARED:
            keep(setting, now, was)
    for name, unit, was_number in (
        ("threshold", "", _first_number(facts.get("Threshold", ""))), ("horizon", " years", _limit(package, at["horizon"]))
    ):  # fmt: skip
        number = package.number(at[name])
        if np.isnan(number):
            wrong(
                name,
                f"{name} is not a number: '{package.word(at[name])}'" if package.word(at[name]) else f"{name} is blank",
            )
        elif name == "horizon" and was_number and not 0 < number <= was_number * (1 + 1e-9):
            wrong(
                name, f"horizon is {number:g}: the sheets have rows for more than 0 and at most {was_number:.15g} years"
            )
        elif name == "threshold" and number <= 0:
            wrong(name, f"threshold must be above 0; it is {number:g}")
        elif was_number is None or abs(number - was_number) > (0.5 if name == "threshold" else 1e-9):
            keep(
                name,
                f"{number:.15g}{unit}",
                "none" if was_number is None else plain_number(was_number),
                plain_number(number),
            )
        elif name == "threshold" and _first_number(submitted.settings.get(name, "")) != number:
            settings[name] = f"{number:.15g}"
    names = _strategies(package)
    told = {option: names.get(k, "") for k, option in _options(package).items()}
    if not (reference := told.get(package.word(at["reference"]), "")):
        wrong("reference", f"unknown strategy '{package.word(at['reference'])}' (known: {', '.join(told)})")
    else:
        labels = _labels(package, names)
        keep("reference", reference, labels.get(facts.get("Reference", ""), reference))
    mode = package.word(at["mode"])
    notes = (
        []
        if mode in (control.MODES[0], control.MODES[3])
        else [f"Control shows '{mode}'; that is a way of looking and is not read back"]
    )
    shown, unknown = shown_scenario(package, submitted)
    if shown:
        notes.append(f"Control shows scenario {shown}: what is run is that scenario of these inputs")
    faults += [unknown] if unknown is not None else []
    down, right = head[0] - FIRST_ROW + 1, head[1] - SECTOR_COLUMN
    written = {(row + down, column + right): counts for (row, column), counts in table.cells().items()}
    own = [place for place, counts in written.items() if package.number((control.SHEET, *place)) != counts]
    if own:
        cells = ", ".join(f"{letters(column)}{row + 1}" for row, column in own)
        notes.append(f"Control counts other sectors ({cells}); what a perspective counts is not read back")
    return settings, words, notes, faults


def shown_scenario(package: Package, submitted: "Book") -> tuple[str, Fault | None]:
    """The scenario that Control shows, "" in any other mode, and what is wrong with it.

    >>> from hecon.inputs.book import make_book
    >>> shown_scenario(Package({}, {}, ()), make_book("demo", []))
    ('', None)
    """
    at = _places(package) if control.SHEET in package.sheets else {}
    if "scenario" not in at or package.word((control.SHEET, *at["mode"])) != control.MODES[3]:
        return "", None
    name = package.word((control.SHEET, *at["scenario"]))
    if name in (*submitted.scenarios, NONE):
        return "" if name == NONE else name, None
    row, column = at["scenario"]
    known = ", ".join(submitted.scenarios) or "none"
    told = f"{submitted.case} has no scenario '{name}'{nearest(name, submitted.scenarios)} (known: {known})"
    return "", Fault(f"{control.SHEET}!{letters(column)}{row + 1}", told)


def chosen_by_name(package: Package, submitted: "Book") -> tuple[dict[str, tuple[float, str]], list[Fault]]:
    """Inputs that Control lets choose by name, each with its number and its cell; names that are none of those offered.

    >>> from hecon.inputs.book import make_book
    >>> chosen_by_name(Package({}, {}, ()), make_book("demo", []))
    ({}, [])
    """
    if control.SHEET not in package.sheets or (head := _find(package, HEAD)) is None:
        return {}, []
    words, found, faults = package.sheets[control.SHEET].words, {}, []
    for (row, column), name in sorted(words.items()):
        if column != head[1] or row <= head[0] or name not in submitted.parameters:
            continue
        codes = {option: code for code, option in option_names(submitted.parameters[name]).items()}
        chosen = words.get((row, column + 1), "")
        where = f"{control.SHEET}!{letters(column + 1)}{row + 1}"
        if chosen in codes:
            found[name] = codes[chosen], where
        else:
            told = f"'{chosen}' is not offered{nearest(chosen, codes)} (known: {', '.join(codes)})"
            faults.append(Fault(f"{where} ({name})", told if chosen else f"is blank (known: {', '.join(codes)})"))
    return found, faults


def written_for(path: "str | Path", book: "Book") -> tuple[str, float, str]:
    """Perspective, threshold and reference that a twin was written with; the exact threshold is the book's where it agrees.

    Raises:
        InputError: a file that is no executable workbook.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.workbook.example import one_visit
    >>> from hecon.workbook.verify.trial import Made
    >>> tree, book = one_visit()
    >>> path = Path(tempfile.mkdtemp()) / "demo.xlsx"
    >>> _ = Made(tree, book, "payer", 20000.0, "a").write(path)
    >>> written_for(path, book)
    ('payer', 20000.0, 'a')
    """
    package = read_package(path, only=(COVER, control.SHEET, ITEMS))
    facts = cover(package)
    names = _strategies(package)
    labels = _labels(package, names)
    shown = _first_number(facts.get("Threshold", "")) or 0.0
    own = _first_number(book.settings.get("threshold", ""))
    exact = own if own is not None and abs(own - shown) <= 0.5 else shown
    return facts.get("Perspective", ""), exact, labels.get(facts.get("Reference", ""), names.get(1, ""))


def cover(package: Package) -> dict[str, str]:
    """What the cover says, label by label; nothing where there is none.

    >>> cover(Package({}, {}, ()))
    {}
    """
    words = package.sheets[COVER].words if COVER in package.sheets else {}
    return {label: words[row, column + 1] for (row, column), label in words.items() if (row, column + 1) in words}


def plain_number(x: float) -> str:
    """A number with its thousands parted.

    >>> plain_number(475000.0), plain_number(0.025)
    ('475,000', '0.025')
    """
    return "none" if np.isnan(x) else f"{x:,.10g}"


def _strategies(package: Package) -> dict[int, str]:
    """The model's names of the strategies by number.

    Raises:
        InputError: a workbook without Items.
    """
    if ITEMS not in package.sheets:
        raise InputError(f"has no sheet {ITEMS}: it was deleted or renamed; put it back")
    cells = package.sheets[ITEMS]
    rows = {row for row, column in cells.words if column == 0 and row >= FIRST}
    numbers = {row: package.number((ITEMS, row, STRATEGY_NO)) for row in sorted(rows)}
    return {int(number): cells.words[row, 0] for row, number in numbers.items() if not np.isnan(number)}


def _find(package: Package, word: str) -> tuple[int, int] | None:
    """Where a heading stands on Control."""
    words = package.sheets[control.SHEET].words
    return next((place for place, text in sorted(words.items()) if text == word), None)


def _sectors(package: Package, lost_work: str) -> tuple[SectorTable, tuple[int, int]]:
    """The table of sectors as it was written for the sectors that it lists, and where its first heading stands."""
    words = package.sheets[control.SHEET].words
    head = _find(package, control.SECTOR_HEAD) or (FIRST_ROW - 1, SECTOR_COLUMN)
    listed: list[str] = []
    while (head[0] + 1 + len(listed), head[1]) in words:
        listed.append(words[head[0] + 1 + len(listed), head[1]])
    return SectorTable(sectors_of(listed), perspectives_of(listed, lost_work)), head


def _places(package: Package) -> dict[str, tuple[int, int]]:
    """The cell of each choice, right of its label wherever that stands now."""
    found = {name: _find(package, label) for name, label in control.LABELS.items()}
    return {name: (place[0], place[1] + 1) for name, place in found.items() if place is not None}


def _options(package: Package) -> dict[int, str]:
    """The strategies as Control lists them, by number."""
    words = package.sheets[control.SHEET].words
    head = _find(package, control.STRATEGY_HEAD) or (control.STRATEGIES - 1, 1)
    found: dict[int, str] = {}
    while (head[0] + len(found) + 1, head[1]) in words:
        found[len(found) + 1] = words[head[0] + len(found) + 1, head[1]]
    return found


def _labels(package: Package, names: dict[int, str]) -> dict[str, str]:
    """The model's names of the strategies by their labels."""
    head = _find(package, control.STRATEGY_HEAD) or (control.STRATEGIES - 1, 1)
    return {package.word((control.SHEET, head[0] + k, head[1] + 1)): name for k, name in names.items()}


def _first_number(text: str) -> float | None:
    match = re.match(r"[\d,.]+", text)
    return float(match[0].replace(",", "")) if match else None


def _limit(package: Package, place: tuple[str, int, int]) -> float | None:
    """The horizon as written: Control says it beside the cell; 0 for a tree."""
    sheet, row, column = place
    match = re.search(r"at most ([\d.e+]*\d)", package.word((sheet, row, column + 1)))
    return float(match[1]) if match else None
