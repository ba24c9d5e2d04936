"""Correlations: the inputs that are drawn together, with the numbers that another program needs to draw them again.

All of it is stored: the workbook does not run the PSA.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hecon.inputs.distributions.groups import Dirichlet, Gaussian
from hecon.inputs.margins import NORMALS
from hecon.workbook.sheets.input_cells import FIRST as FIRST_INPUT
from hecon.workbook.xlsx.pen import Pen, Sheet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "Correlations"
_NORMAL = (
    "Multivariate normal: a draw is value + (lower Cholesky factor of the covariance) x (independent standard normal"
    " numbers). par1 and par2 on Inputs are blank: the standard deviations are these."
)
_COPULA = (
    "Gaussian copula: normal scores with these correlations; each score's probability, NORMSDIST(score), is put into the"
    " inverse of the input's own distribution (Inputs)."
)
_SHARES = "Dirichlet: a draw of each is gamma(concentration, 1) divided by the sum of all of them."


def groups_of(book: "Book", used: Sequence[str]) -> tuple[Dirichlet | Gaussian, ...]:
    """The groups that are drawn together with an input the model uses.

    >>> from hecon.inputs.book import make_book
    >>> groups_of(make_book("demo", []), [])
    ()
    """
    return tuple(one for one in book.margins.groups if set(one.members) & set(used))


def write_correlations(pen: Pen, book: "Book", used: Sequence[str]) -> None:
    """The sheet: a table for each group; none without groups."""
    groups = groups_of(book, used)
    if not groups:
        return
    sheet = pen.sheet(SHEET)
    sheet.head("Correlations", "Stored, not live: inputs that the PSA draws together, and what they are drawn from.")
    row, widest = 3, 0
    for one in groups:
        for column in range(2):
            sheet.text(row, column, "" if column else f"Group {one.name}", "section")
        normal = all(book.parameters[name].distribution.strip().lower() in NORMALS for name in one.members)
        sheet.text(row + 1, 0, _SHARES if isinstance(one, Dirichlet) else _NORMAL if normal else _COPULA, "one line")
        if isinstance(one, Dirichlet):
            row = _dirichlet(sheet, one, used, row + 2)
            continue
        row = _gaussian(sheet, book, one, used, row + 2, normal)
        widest = max(widest, len(one.members))
    sheet.width(0, 0, 44)
    sheet.width(1, max(2, widest + 2), 15)
    sheet.worksheet.freeze_panes(3, 1)


def _dirichlet(sheet: Sheet, group: Dirichlet, used: Sequence[str], row: int) -> int:
    sheet.heads(row, ("Input", "Concentration"), right=1)
    for r, (name, amount) in enumerate(zip(group.members, group.concentrations, strict=True), start=row + 1):
        _name(sheet, r, name, used)
        sheet.number(r, 1, amount, "static")
    return row + len(group.members) + 2


def _gaussian(sheet: Sheet, book: "Book", group: Gaussian, used: Sequence[str], row: int, normal: bool) -> int:
    """Value and standard deviation, the covariance where there is one, and the correlation."""
    members, sd = group.members, group.sd
    sheet.heads(row, ("Input", "Value", "Standard deviation" if normal else ""), right=1)
    for r, (name, spread) in enumerate(zip(members, sd, strict=True), start=row + 1):
        _name(sheet, r, name, used)
        sheet.number(r, 1, book.parameters[name].value, "static")
        if normal:
            sheet.number(r, 2, float(spread), "static")
    row += len(members) + 2
    correlation = {
        (a, b): sum(float(x) * float(y) for x, y in zip(group.factor[i], group.factor[j], strict=True))
        for i, a in enumerate(members)
        for j, b in enumerate(members)
    }
    given: dict[tuple[str, str], float] = {}
    for entry in book.correlations:
        if entry.group == group.name and entry.kind != "cholesky":
            given[entry.name_1, entry.name_2] = given[entry.name_2, entry.name_1] = entry.value
    if normal:
        spreads = dict(zip(members, map(float, sd), strict=True))
        covariance = {(a, b): given.get((a, b), one * spreads[a] * spreads[b]) for (a, b), one in correlation.items()}
        row = _matrix(sheet, "Covariance", members, covariance, row)
        given = {}
    return _matrix(
        sheet, "Correlation", members, {pair: given.get(pair, one) for pair, one in correlation.items()}, row
    )


def _matrix(sheet: Sheet, title: str, members: Sequence[str], of: Mapping[tuple[str, str], float], row: int) -> int:
    sheet.heads(row, (title, *members), right=1)
    for r, a in enumerate(members, start=row + 1):
        sheet.text(r, 0, a, "bold")
        for k, b in enumerate(members, start=1):
            value = of[a, b]
            tidy = 1.0 if title == "Correlation" and a == b else 0.0 if abs(value) < 1e-15 else value
            sheet.number(r, k, tidy, "static")
    return row + len(members) + 2


def _name(sheet: Sheet, row: int, name: str, used: Sequence[str]) -> None:
    """The input's name, which leads to its row where the model uses it."""
    if name in used:
        place = f"internal:Inputs!A{FIRST_INPUT + used.index(name) + 1}"
        sheet.worksheet.write_url(row, 0, place, sheet.pen.format("link"), name)
    else:
        sheet.text(row, 0, name, "bold")
