"""An .xlsx file as it is stored: its cells read, single cells set, its stored results spoiled; nothing else is touched.

Read from the XML itself, so that a workbook is tested as it stands and never as a library would write it again.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError, InputError
from hecon.memory import without_collection
from hecon.names import column_number
from hecon.workbook.xlsx.references import moved

Place = tuple[str, int, int]  # sheet, row and column, counted from 0
NAMING = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")  # the parts that name the sheets
POISON = 123.456
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FAST = re.compile(  # a formula's attributes and text and the value, or all that a cell holds where it holds more than these
    r'<c r="([A-Z]+)(\d+)"([^>]*?)'
    r"(?:/>|>(?:(?:(<f)([^>]*?)(?:/>|>([^<]*)</f>)(?:<v></v>)?)?(?:<v[^>]*>([^<]+)</v>|<v ?/>)?</c>|(.*?)</c>))",
    re.DOTALL,
)
_FORMULA = re.compile(r"<f([^>]*?)(?:/>|>(.*?)</f>)", re.DOTALL)
_VALUE = re.compile(r"<v[^>]*>(.*?)</v>", re.DOTALL)
_TEXT = re.compile(r"<t[^>]*>(.*?)</t>", re.DOTALL)
_KIND = re.compile(r'\bt="(\w+)"')
_FILLED = re.compile(r"<sheetData>.*</sheetData>", re.DOTALL)
_NAMED = re.compile(r't="s"[^>]*><v>(\d+)</v>')  # a text, by its number
_ODD = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Cells:
    """One sheet: `numbers` (row, column) with nan where there is none, words, errors and formulas by (row, column)."""

    numbers: Array
    words: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """A workbook: its sheets in order, its defined names, and the names of the parts it is made of."""

    sheets: Mapping[str, Cells]
    names: Mapping[str, str]
    parts: tuple[str, ...]

    def number(self, place: Place) -> float:
        """The number in a cell; nan where there is none."""
        numbers = self.sheets[place[0]].numbers
        inside = place[1] < numbers.shape[0] and place[2] < numbers.shape[1]
        return float(numbers[place[1], place[2]]) if inside else float("nan")

    def word(self, place: Place) -> str:
        """The text in a cell; empty where there is none."""
        return self.sheets[place[0]].words.get(place[1:], "")


@without_collection()
def read_package(
    path: str | Path, only: Collection[str] = (), like: tuple[str | Path, Package] | None = None
) -> Package:
    """Read every cell of a workbook, or of the sheets named in `only` as far as they are there.

    `like` is a workbook that was read, with its path: a sheet stored letter for letter as there is not read again but shared.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     sheet = book.add_worksheet("One")
    ...     _ = sheet.write_number(0, 0, 2.5), sheet.write_formula(1, 1, "=A1*2", None, 5)
    ...     book.close()
    ...     found = read_package(f"{folder}/demo.xlsx")
    >>> found.number(("One", 0, 0)), found.number(("One", 1, 1)), found.sheets["One"].formulas
    (2.5, 5.0, {(1, 1): 'A1*2'})
    """
    with undamaged(path), opened(path) as archive:
        texts = _shared(archive)
        parts = {name: part for name, part in sheet_parts(archive).items() if not only or name in only}
        stored = {name: archive.read(part).decode() for name, part in parts.items()}
        shared = _alike(stored, texts, *like) if like is not None else {}
        sheets = {name: shared[name] if name in shared else _cells(text, texts) for name, text in stored.items()}
        book = archive.read("xl/workbook.xml").decode()
        named = re.findall(r"<definedName ([^>]*)>(.*?)</definedName>", book, re.DOTALL)
        attributes = [(dict(re.findall(r'(\w+)="([^"]*)"', more)), unescape(text)) for more, text in named]
        names = {found["name"]: text for found, text in attributes if "localSheetId" not in found}
        return Package(sheets, names, tuple(archive.namelist()))


def set_cells(
    path: str | Path, out: str | Path, changes: Mapping[Place, float | str], over_formulas: bool = False
) -> None:
    """A copy of a workbook with other values typed into some cells; formulas, formats and all else stay as they are.

    `over_formulas` types over the formulas of these cells too.

    Raises:
        InputError: a cell that is blank or holds a formula, for what is typed there would not be seen or lost.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_number(0, 0, 2.5)
    ...     book.close()
    ...     set_cells(f"{folder}/demo.xlsx", f"{folder}/other.xlsx", {("One", 0, 0): 4.0})
    ...     read_package(f"{folder}/other.xlsx").number(("One", 0, 0))
    4.0
    """
    by_sheet: dict[str, dict[tuple[int, int], float | str]] = {}
    for (sheet, row, column), value in changes.items():
        by_sheet.setdefault(sheet, {})[row, column] = value

    def edit(sheet: str, text: str) -> str:
        wanted = dict(by_sheet.get(sheet, {}))

        def one(match: re.Match[str]) -> str:
            place = (int(match[2]) - 1, column_number(match[1]))
            if place not in wanted or ("<f" in (match[4] or "") and not over_formulas):
                return match[0]
            value = wanted.pop(place)
            rest = _KIND.sub("", match[3]).rstrip()
            if isinstance(value, str):
                return (
                    f'<c r="{match[1]}{match[2]}"{rest} t="inlineStr"><is><t>{escape(value, quote=False)}</t></is></c>'
                )
            return f'<c r="{match[1]}{match[2]}"{rest}><v>{float(value)!r}</v></c>'

        edited = _CELL.sub(one, text) if wanted else text
        if wanted:
            raise InputError(f"{path}: row and column {next(iter(wanted))} of {sheet} hold nothing that was typed")
        return edited

    rewrite(path, out, edit)


def poison(path: str | Path, out: str | Path, only: Mapping[str, Collection[tuple[int, int]]] | None = None) -> None:
    """A copy whose stored results are all wrong, so that only a true recalculation can put them right.

    With `only`, formulas are kept in these cells (row, column) of these sheets alone: the others are left blank, and so are
    sheets that are not named.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_formula(0, 0, "=2+3", None, 5)
    ...     book.close()
    ...     poison(f"{folder}/demo.xlsx", f"{folder}/poisoned.xlsx")
    ...     read_package(f"{folder}/poisoned.xlsx").number(("One", 0, 0))
    123.456
    """
    wrong = re.compile(r"(</f>|<f[^>]*/>)<v>[^<]*</v>")
    spoiled = rf"\g<1><v>{POISON}</v>"

    def edit(sheet: str, text: str) -> str:
        if only is not None and sheet not in only:
            return _FILLED.sub("<sheetData/>", text)
        kept = only[sheet] if only is not None else ()

        def one(match: re.Match[str]) -> str:
            here = "<f" not in (match[4] or "") or (int(match[2]) - 1, column_number(match[1])) in kept
            return match[0] if here else ""

        if only is not None and len(kept) < text.count("<f"):
            text = _CELL.sub(one, text)
        return wrong.sub(spoiled, text.replace(' t="e"><f', "><f"))

    rewrite(path, out, edit)


def rewrite(path: str | Path, out: str | Path, edit: Callable[[str, str], str], packed: int = 1) -> None:
    """A copy with the XML of each sheet changed by `edit(sheet's name, XML)`, packed from 1 (fast) to 9 (small).

    >>> rewrite("no_such.xlsx", "other.xlsx", lambda name, text: text)
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    with opened(path) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=packed) as target:
        sheets = {part: name for name, part in sheet_parts(archive).items()}
        for part in archive.infolist():
            data = archive.read(part)
            if part.filename in sheets:
                data = edit(sheets[part.filename], data.decode()).encode()
            dated = zipfile.ZipInfo(
                part.filename, part.date_time
            )  # as it was, so that the same cells give the same bytes
            target.writestr(dated, data, zipfile.ZIP_DEFLATED, packed)


@contextmanager
def undamaged(path: str | Path) -> Iterator[None]:
    """Tell that a file is damaged, in place of what its parts make zipfile, zlib and Python raise."""
    try:
        yield
    except HeconError:
        raise
    except (zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, EOFError) as error:
        raise InputError(f"{path}: is damaged ({error}); open it in a spreadsheet and save it anew") from error


def opened(path: str | Path) -> zipfile.ZipFile:
    """A workbook's archive.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> opened("no_such.xlsx")
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: not found")
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise InputError(f"{path}: is no .xlsx workbook") from error
    if "xl/workbook.xml" not in archive.namelist():
        raise InputError(f"{path}: is no .xlsx workbook")
    return archive


def sheet_names(archive: zipfile.ZipFile) -> list[str]:
    """The names of the worksheets, in the order of the tabs.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One"), book.add_worksheet("Two")
    ...     book.close()
    ...     sheet_names(opened(f"{folder}/demo.xlsx"))
    ['One', 'Two']
    """
    return list(sheet_parts(archive))


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The XML part of each worksheet, by its name, in the order of the tabs."""
    relations = archive.read(NAMING[1]).decode(errors="replace")
    targets = {}
    for tag in re.findall(r"<Relationship [^>]*>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found["Type"].endswith("/worksheet"):
            targets[found["Id"]] = "xl/" + found["Target"].removeprefix("/xl/")
    sheets = {}
    for tag in re.findall(r"<sheet [^>]*>", archive.read(NAMING[0]).decode()):
        attributes = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        if attributes["r:id"] in targets:
            sheets[unescape(attributes["name"])] = targets[attributes["r:id"]]
    return sheets


def _alike(stored: Mapping[str, str], texts: list[str], path: str | Path, package: Package) -> dict[str, Cells]:
    """The sheets of a workbook whose XML, and the texts that it names by number, are those given."""
    with opened(path) as archive:
        others, found = _shared(archive), {}
        for name, part in sheet_parts(archive).items():
            if name in package.sheets and stored.get(name) == archive.read(part).decode():
                named = set(map(int, _NAMED.findall(stored[name])))
                if all(k < min(len(texts), len(others)) and texts[k] == others[k] for k in named):
                    found[name] = package.sheets[name]
        return found


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    text = archive.read("xl/sharedStrings.xml").decode()
    return [_joined(one) for one in re.findall(r"<si>(.*?)</si>|<si/>", text, re.DOTALL)]


def _joined(xml: str) -> str:
    words = unescape("".join(_TEXT.findall(xml)))
    return _ODD.sub(lambda match: chr(int(match[1], 16)), words)


def _cells(text: str, shared: list[str]) -> Cells:
    numbers: dict[tuple[int, int], float] = {}
    found = Cells(np.empty((0, 0)))
    masters: dict[str, tuple[str, tuple[int, int]]] = {}
    columns: dict[str, int] = {}
    kinds: dict[str, str] = {}  # by the attributes of a cell, of which a sheet has few
    for letters, digits, attributes, formula, shape, inner, value, body in _FAST.findall(text):
        if not (formula or value or body):
            continue
        if letters not in columns:
            columns[letters] = column_number(letters)
        if attributes not in kinds:
            kinds[attributes] = kind[1] if (kind := _KIND.search(attributes)) else "n"
        place = (int(digits) - 1, columns[letters])
        held: str | None = value or None
        if body:  # what few cells hold, such as a text in place
            if body.startswith("<f"):
                match = _FORMULA.match(body)
                assert match is not None
                formula, shape, inner = "<f", match[1], match[2] or ""
            stored = _VALUE.search(body)
            held = stored[1] if stored else None
        if formula:
            found.formulas[place] = _formula(shape, inner, place, masters)
        match kinds[attributes]:
            case "n" if held:
                numbers[place] = float(held)
            case "s" if held is not None:
                found.words[place] = shared[int(held)]
            case "inlineStr":
                found.words[place] = _joined(body)
            case "str":
                found.words[place] = unescape(held or "")
            case "e" if held is not None:
                found.errors[place] = held
            case "b" if held is not None and not formula:
                found.words[place] = "TRUE" if held == "1" else "FALSE"  # typed: no number, whatever it counts as
            case "b" if held:
                numbers[place] = float(held)
    filled = [one for one in (numbers, found.words, found.formulas) if one]
    rows = max((max(one)[0] for one in filled), default=-1) + 1
    found.numbers = np.full((rows, max((c for one in filled for _, c in one), default=-1) + 1), np.nan)
    if numbers:
        found.numbers[tuple(zip(*numbers, strict=True))] = list(numbers.values())
    return found


def _formula(shape: str, inner: str, place: tuple[int, int], masters: dict[str, tuple[str, tuple[int, int]]]) -> str:
    """A cell's formula, of its tag's attributes and text; those that another program stored as shared are spelled out."""
    text = unescape(inner)
    if 't="shared"' not in shape:
        return text
    key = dict(re.findall(r'(\w+)="([^"]*)"', shape))["si"]
    if text:
        masters[key] = (text, place)
        return text
    master, origin = masters[key]
    return moved(master, place[0] - origin[0], place[1] - origin[1])
