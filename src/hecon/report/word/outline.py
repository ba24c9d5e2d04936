"""In which order a document says what, and under which headings: ours, or an agency's; data/outlines.csv holds them."""

from dataclasses import dataclass

from hecon.errors import InputError, nearest
from hecon.inputs.price_data import package_table

OURS = "paper"


@dataclass(frozen=True)
class Head:
    """A heading of an outline: its level from 1, and the names of what stands under it; `wide` pages lie on their side."""

    level: int
    heading: str
    contents: tuple[str, ...]
    wide: bool = False


def outlines() -> tuple[str, ...]:
    """The outlines there are.

    >>> outlines()
    ('paper', 'nice', 'zin', 'cda')
    """
    return tuple(dict.fromkeys(row["outline"] for row in package_table("outlines.csv")))


def outline_places(name: str = "") -> dict[str, str]:
    """Under which heading of an outline each of its contents stands.

    >>> outline_places()["base-case"]
    'Base case'
    """
    return {one: head.heading for head in outline(name) for one in head.contents} | {"front": "Title page"}


def outline(name: str = "") -> tuple[Head, ...]:
    """The headings of an outline; of ours, where none is named.

    Raises:
        InputError: an unknown name.

    >>> outline()[0]
    Head(level=1, heading='Summary', contents=('text:abstract', 'brief'), wide=False)
    >>> outline("nize")
    Traceback (most recent call last):
    hecon.errors.InputError: there is no outline 'nize'; did you mean 'nice'? (known: paper, nice, zin, cda)
    """
    known = outlines()
    if name and name not in known:
        raise InputError(f"there is no outline '{name}'{nearest(name, known)} (known: {', '.join(known)})")
    return tuple(
        Head(int(row["level"]), row["heading"], tuple(row["contents"].split()), row["page"] == "landscape")
        for row in package_table("outlines.csv")
        if row["outline"] == (name or OURS)
    )
