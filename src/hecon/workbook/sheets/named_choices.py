"""The table on Control of families of curves and of switches, each chosen by its name; Inputs reads its number from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.sheets.input_options import option_names, short_label
from hecon.workbook.xlsx.pen import Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

CONTROL = "Control"
HEAD = "Curve or switch"  # above the inputs' names; read-back finds the table by it
CHOSEN, CODE, VALID, OFFERED = (
    1,
    3,
    4,
    6,
)  # columns: what is chosen, its number, a 1 where it is offered, all that is offered


@dataclass(frozen=True)
class NamedChoice:
    """An input that is chosen by name: its row on Control, counted from 0, and the name of each of its numbers."""

    row: int
    label: str
    names: Mapping[float, str]

    @property
    def place(self) -> tuple[int, int]:
        """Where the name is typed."""
        return self.row, CHOSEN

    @property
    def code(self) -> str:
        """The cell of the number."""
        return absolute(CONTROL, self.row, CODE)

    @property
    def offered(self) -> str:
        """The cells of all names.

        >>> NamedChoice(29, "family of os", {1.0: "weibull", 2.0: "gompertz"}).offered
        '$G$30:$H$30'
        """
        n = self.row + 1
        return f"${letters(OFFERED)}${n}:${letters(OFFERED + len(self.names) - 1)}${n}"


def named_choices(book: "Book", used: Sequence[str], withheld: Sequence[str], first: int) -> dict[str, NamedChoice]:
    """The inputs that are chosen by name, one row each from row `first` on.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> one = Parameter(name="os_family", value=2.0, unit="choice", label="family of os: 1 weibull, 2 gompertz")
    >>> named_choices(make_book("demo", [one]), ["os_family"], (), 29)["os_family"].place
    (29, 1)
    """
    found: dict[str, NamedChoice] = {}
    for name in used:
        one = book.parameters[name]
        if name not in withheld and (names := option_names(one)):
            found[name] = NamedChoice(first + len(found), short_label(one), names)
    return found


def write_named_choices(sheet: Sheet, found: Mapping[str, NamedChoice], values: Mapping[str, float]) -> None:
    """The table; `values` are the inputs' numbers as written."""
    if not found:
        return
    top = min(one.row for one in found.values())
    sheet.text(top - 2, 0, "Curves and switches", "section")
    sheet.heads(top - 1, (HEAD, "Chosen", "What it is", "Number", "Valid (1)", "", "Offered"))
    for name, one in found.items():
        cell, first = letters(CHOSEN) + str(one.row + 1), min(one.names)
        sheet.text(one.row, 0, name, "bold")
        sheet.text(one.row, CHOSEN, one.names[values[name]], "input text")
        sheet.text(one.row, 2, one.label, "one line")
        place = f"MATCH({cell},{one.offered},0)"
        shift = f"{first - 1:+g}" if first != 1 else ""
        sheet.formula(one.row, CODE, place + shift, values[name], "static")
        sheet.formula(one.row, VALID, f"IF(ISNUMBER({place}),1,0)", 1.0, "count")
        for k, words in enumerate(one.names.values()):
            sheet.text(one.row, OFFERED + k, words, "static text")
        rule = {"validate": "list", "source": f"={one.offered}", "input_title": name[:32]}
        sheet.worksheet.data_validation(*one.place, *one.place, {**rule, "error_message": "one of those offered"})
    sheet.stop(top, CODE, top + len(found) - 1, VALID)


def invalid_names(found: Mapping[str, NamedChoice]) -> str:
    """How many are none of what is offered, as a formula on Control; "" where there are none.

    >>> invalid_names({"os": NamedChoice(29, "", {}), "pfs": NamedChoice(30, "", {})})
    '2-SUM($E$30:$E$31)'
    """
    if not found:
        return ""
    rows = [one.row + 1 for one in found.values()]
    return f"{len(rows)}-SUM(${letters(VALID)}${min(rows)}:${letters(VALID)}${max(rows)})"
