"""What a report is made of, whatever prints it: paragraphs, lists, tables and pictures; HTML and Word print the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.grid import Column, Grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text, nothing where it is empty; `look` is "", "answer", "notice", "note", "todo" or "reference"."""

    text: str
    look: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading within a section, `depth` levels below the section's own."""

    text: str
    depth: int = 1


@dataclass(frozen=True)
class Lines:
    """A list of plain texts; nothing where there are none."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Fixed:
    """A text that keeps its lines and its spaces, such as a drawing in characters."""

    text: str


@dataclass(frozen=True)
class Table:
    """A grid as a table; nothing where it has no rows."""

    grid: Grid


@dataclass(frozen=True)
class Picture:
    """A figure with its alternative text and its caption."""

    figure: "Figure"
    alt: str
    caption: str


Part = Text | Heading | Lines | Fixed | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """One section of a report: its anchor, its title, and what stands in it."""

    anchor: str
    title: str
    parts: tuple[Part, ...]


def facts_grid(pairs: Iterable[tuple[str, str]], name: str, title: str, heads: tuple[str, str] = ("", "")) -> Grid:
    """Words and what they stand for, as a grid of two columns; empty ones are left out.

    >>> facts_grid([("Case", "demo"), ("Population", "")], "facts", "Facts").rows
    (('Case', 'demo'),)
    """
    columns = (Column("what", heads[0]), Column("words", heads[1]))
    return Grid(name, title, columns, tuple((what, words) for what, words in pairs if words))


def chapter(anchor: str, title: str, parts: Iterable[Part]) -> Chapter:
    """A section without what has nothing to show.

    >>> chapter("a", "A", [Text(""), Lines(()), Text("one")]).parts
    (Text(text='one', look=''),)
    """
    return Chapter(anchor, title, tuple(one for one in parts if shows(one)))


def shows(part: Part) -> bool:
    """Whether there is anything to print of it.

    >>> shows(Lines(()))
    False
    """
    match part:
        case Text(text) | Heading(text) | Fixed(text):
            return bool(text)
        case Lines(lines):
            return bool(lines)
        case Table(grid):
            return bool(grid.rows)
        case Picture():
            return True
