"""The comments of a workbook's cells: notes, and threaded comments with their replies, each with its author."""

import re
import zipfile
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from posixpath import join, normpath

from hecon.names import column_number
from hecon.workbook.xlsx.package import opened, sheet_parts, undamaged

_TEXT = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_PHONETIC = re.compile(r"<rPh .*?</rPh>", re.DOTALL)
_NOTE = re.compile(r"<comment ([^>]*)>(.*?)</comment>", re.DOTALL)
_AUTHOR = re.compile(r"<author>(.*?)</author>|<author ?/>", re.DOTALL)
_THREADED = re.compile(r"<threadedComment ([^>]*)>(.*?)</threadedComment>", re.DOTALL)
_WORDS = re.compile(r"<text(?: [^>]*)?>(.*?)</text>", re.DOTALL)
_PERSON = re.compile(r"<person ([^>]*?)/?>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_ADDRESS = re.compile(r"\$?([A-Z]+)\$?(\d+)")
_LEGACY = re.compile(r"^\[Threaded comment\].*?(?:Comment|Kommentar|Opmerking|Commentaire):\s*", re.DOTALL)
_RELATIONS = {"comments": "/comments", "threaded": "/threadedComment"}


@dataclass(frozen=True)
class Note:
    """A comment at a cell; row and column are counted from 0."""

    sheet: str
    row: int
    column: int
    author: str
    text: str


def notes_of(path: str | Path) -> tuple[Note, ...]:
    """All comments, sheet by sheet, cell by cell. A threaded comment is read with its replies, not as the note kept for old
    programs, where the file has it.

    Raises:
        InputError: a file that is no .xlsx workbook.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     book = xlsxwriter.Workbook(f"{folder}/demo.xlsx")
    ...     _ = book.add_worksheet("One").write_comment(1, 2, "too low", {"author": "A reviewer"})
    ...     book.close()
    ...     notes_of(f"{folder}/demo.xlsx")
    (Note(sheet='One', row=1, column=2, author='A reviewer', text='too low'),)
    """
    with undamaged(path), opened(path) as archive:
        people = _people(archive)
        found: list[Note] = []
        for sheet, part in sheet_parts(archive).items():
            mine = _beside(archive, part)
            threads = [one for name in mine["threaded"] for one in _threads(archive.read(name).decode(), sheet, people)]
            cells = {(one.row, one.column) for one in threads}
            legacy = [one for name in mine["comments"] for one in _legacy(archive.read(name).decode(), sheet)]
            found += sorted(
                [*threads, *(one for one in legacy if (one.row, one.column) not in cells)],
                key=lambda one: (one.row, one.column),
            )
        return tuple(found)


def _beside(archive: zipfile.ZipFile, part: str) -> dict[str, list[str]]:
    """The parts with a sheet's comments."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    found: dict[str, list[str]] = {kind: [] for kind in _RELATIONS}
    there = set(archive.namelist())
    if relations not in there:
        return found
    for tag in re.findall(r"<Relationship [^>]*>", archive.read(relations).decode()):
        about = dict(_ATTRIBUTE.findall(tag))
        target = about["Target"]
        target = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        for kind, end in _RELATIONS.items():
            if about["Type"].endswith(end) and target in there:
                found[kind].append(target)
    return found


def _legacy(text: str, sheet: str) -> list[Note]:
    authors = [unescape(one) for one in _AUTHOR.findall(text)]
    found = []
    for attributes, body in _NOTE.findall(text):
        about = dict(_ATTRIBUTE.findall(attributes))
        k = int(about.get("authorId", "0"))
        author = authors[k].strip() if k < len(authors) else ""
        words = unescape("".join(_TEXT.findall(_PHONETIC.sub("", body)))).strip()
        words = _LEGACY.sub("", words)
        if author and words.startswith(f"{author}:"):  # as Excel begins a note
            words = words[len(author) + 1 :].strip()
        found.append(_note(sheet, about["ref"], "" if author.startswith("tc=") else author, words))
    return found


def _threads(text: str, sheet: str, people: dict[str, str]) -> list[Note]:
    found = []
    for attributes, body in _THREADED.findall(text):
        about, words = dict(_ATTRIBUTE.findall(attributes)), _WORDS.search(body)
        found.append(
            _note(sheet, about["ref"], people.get(about.get("personId", ""), ""), unescape(words[1]) if words else "")
        )
    return found


def _people(archive: zipfile.ZipFile) -> dict[str, str]:
    parts = [name for name in archive.namelist() if name.startswith("xl/persons/") and name.endswith(".xml")]
    found = [dict(_ATTRIBUTE.findall(one)) for part in parts for one in _PERSON.findall(archive.read(part).decode())]
    return {one["id"]: unescape(one.get("displayName", "")) for one in found if "id" in one}


def _note(sheet: str, address: str, author: str, text: str) -> Note:
    match = _ADDRESS.match(address)
    assert match is not None
    return Note(sheet, int(match[2]) - 1, column_number(match[1]), author, text.strip())
