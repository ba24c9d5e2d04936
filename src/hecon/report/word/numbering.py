"""Numbers of headings, tables and figures, and where everything stands: known before a line is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hecon.report.sections.parts import Part, Picture, Table, Text, shows
from hecon.report.word.outline import Head
from hecon.results.texts import TODO

FRONT = "front"
KINDS = ("Table", "Figure")
NOTHING = "This run has nothing of it."


@dataclass(frozen=True)
class Numbered:
    """A part with the number of its caption, 0 for one without."""

    part: Part
    number: int = 0


@dataclass(frozen=True)
class Stretch:
    """A heading with its number ("2.1") and what stands under it."""

    head: Head
    number: str
    parts: tuple[Numbered, ...]


@dataclass(frozen=True)
class Arranged:
    """A whole document in order; `places` says where each of its contents stands, in words."""

    stretches: tuple[Stretch, ...]
    places: Mapping[str, str]


def arrange(heads: Sequence[Head], contents: Mapping[str, Sequence[Part]]) -> Arranged:
    """Number headings, tables and figures of an outline in order.

    >>> from hecon.grid import Column, Grid
    >>> one = Table(Grid("g", "G", (Column("n", "N", 0),), ((1,),)))
    >>> found = arrange([Head(1, "Results", ("base", "more"))], {"base": [one, one], "more": [Text("a")]})
    >>> found.places["base"], found.places["more"], [one.number for one in found.stretches[0].parts]
    ('1 Results (Tables 1 and 2)', '1 Results', [1, 2, 0])
    """
    counts = dict.fromkeys(KINDS, 0)
    levels: list[int] = []
    stretches, places = [], {FRONT: "Title page"}
    for k, head in enumerate(heads):
        levels = [*levels[: head.level - 1], (levels[head.level - 1] if len(levels) >= head.level else 0) + 1]
        number = ".".join(map(str, levels))
        parts: list[Numbered] = []
        for name in head.contents:
            mine = [_numbered(part, counts) for part in contents[name] if shows(part)]
            places[name] = f"{number} {head.heading}{_captions(mine)}"
            parts += mine
        below = k + 1 < len(heads) and heads[k + 1].level > head.level
        if not parts and not below:
            parts = [Numbered(Text(NOTHING) if head.contents else Text(f"{TODO}.", "todo"))]
        stretches.append(Stretch(head, number, tuple(parts)))
    return Arranged(tuple(stretches), places)


def kind_of(part: Part) -> str:
    """What a part is called in its caption; "" for one without.

    >>> kind_of(Text("a"))
    ''
    """
    return "Table" if isinstance(part, Table) else "Figure" if isinstance(part, Picture) else ""


def _numbered(part: Part, counts: dict[str, int]) -> Numbered:
    kind = kind_of(part)
    if not kind:
        return Numbered(part)
    counts[kind] += 1
    return Numbered(part, counts[kind])


def _captions(parts: Sequence[Numbered]) -> str:
    """The tables and figures among some parts, whose numbers follow one another, in brackets."""
    told = []
    for kind in KINDS:
        numbers = [one.number for one in parts if kind_of(one.part) == kind]
        if len(numbers) == 1:
            told.append(f"{kind} {numbers[0]}")
        elif numbers:
            joint = "and" if len(numbers) == 2 else "to"
            told.append(f"{kind}s {numbers[0]} {joint} {numbers[-1]}")
    return f" ({', '.join(told)})" if told else ""
