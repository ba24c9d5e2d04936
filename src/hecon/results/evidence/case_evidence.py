"""The evidence of a case: its grade and its published figures beside ours, and how they are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.digits import number_text
from hecon.grid import Cell, Column, Grid
from hecon.results.evidence.evidence import Evidence, evidence
from hecon.results.evidence.published import FILE, Published, read_published

if TYPE_CHECKING:
    from hecon.results.case import Case

_HEADINGS = {
    "study": "Study", "what": "What", "published": "Published", "ours": "Ours", "difference": "Difference", "percent": "%",
    "tolerance": "Tolerance", "within": "Within", "tag": "Tag", "note": "What explains the difference",
}  # fmt: skip
WITHIN = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True)
class CaseEvidence:
    """A case with its published figures beside ours; no `rows` where it has no published.csv."""

    case: str
    title: str
    grade: str
    money: str
    rows: tuple[Evidence, ...]

    @property
    def targets(self) -> int:
        """How many figures are targets."""
        return sum(row.within is not None for row in self.rows)

    @property
    def missed(self) -> tuple[Evidence, ...]:
        """The targets that are not met."""
        return tuple(row for row in self.rows if row.within is False)


def case_evidence(case: "Case", folder: Path) -> CaseEvidence:
    """The evidence of a case whose model stands in `folder`, where its published.csv is too.

    Raises:
        InputError: what cannot be read, or has no counterpart in the case, with its cells.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> case_evidence(open_case(*one_visit()), Path("no_such_folder")).targets
    0
    """
    path = folder / FILE
    published = read_published(path, case.book.sources) if path.is_file() else ()
    titles = " / ".join(dict.fromkeys(str(model.title) for model in case.models.values()))
    money = f"{case.settings.get('currency', '')} {case.settings.get('price_year', '')}".strip()
    return CaseEvidence(case.name, titles, case.settings.get("grade", ""), money, evidence(case, published))


def evidence_grid(found: CaseEvidence) -> Grid:
    """A row per published figure, for people: numbers as their size needs.

    >>> one = Evidence(Published("a", "QALYs", 1.5, 1.5), 1.6)
    >>> evidence_grid(CaseEvidence("demo", "Demo", "rebuilt", "EUR 2020", (one,))).rows[0][:6]
    ('', 'QALYs', '1.50', '1.60', '+0.10', '+6.7%')
    """
    columns = tuple(Column(name, heading) for name, heading in _HEADINGS.items())
    grade = f", {found.grade}" if found.grade else ""
    money = f"; money in {found.money}" if found.money else ""
    note = f"{found.targets} with a tolerance, {len(found.missed)} of them not met." if found.rows else ""
    return Grid("evidence", f"{found.case}{grade}{money}", columns, tuple(map(_row, found.rows)), note)


def summary_grid(found: Sequence[CaseEvidence]) -> Grid:
    """A row per case: its grade, how many figures are published, how many are targets and how many of these are met.

    >>> summary_grid([CaseEvidence("demo", "Demo", "rebuilt", "", ())]).rows
    (('demo', 'rebuilt', 0, 0, 0, 0),)
    """
    columns = (
        Column("case", "Case"), Column("grade", "Grade"), Column("figures", "Published figures", 0),
        Column("targets", "With a tolerance", 0), Column("met", "Within", 0), Column("missed", "Out of tolerance", 0),
    )  # fmt: skip
    rows = [
        (
            one.case,
            one.grade or "not graded",
            len(one.rows),
            one.targets,
            one.targets - len(one.missed),
            len(one.missed),
        )
        for one in found
    ]
    return Grid("evidence_summary", "Published figures by case", columns, tuple(rows))


def _row(one: Evidence) -> tuple[Cell, ...]:
    what, tolerance = one.published, one.published.tolerance
    unit = f" ({what.unit})" if what.unit else ""
    digits = _digits(what.low if what.low is not None else one.ours)
    ours = one.words if one.ours is None else number_text(one.ours, digits)
    difference = "" if one.difference is None else f"{one.difference:+z,.{digits}f}"
    percent = "" if one.relative is None else f"{one.relative:+z.1%}"
    within = WITHIN[one.within]
    where = ", ".join(filter(None, (what.structure, what.scenario and f"scenario {what.scenario}", what.perspective)))
    return (
        what.study, f"{what.what}{unit}{f' [{where}]' if where else ''}", published_text(what, digits),
        ours or "no counterpart", difference, percent, tolerance.text if tolerance else "", within, what.tag, what.note,
    )  # fmt: skip


def published_text(one: Published, digits: int) -> str:
    """The published figure in print.

    >>> published_text(Published("a", "QALYs", 0.21, 0.25), 2), published_text(Published("b", "ICER", None, None, "dominant"), 0)
    ('0.21 to 0.25', 'dominant')
    """
    if one.low is None or one.high is None:
        return one.word
    low, high = number_text(one.low, digits), number_text(one.high, digits)
    return low if one.low == one.high else f"{low} to {high}"


def _digits(size: float | None) -> int:
    """Decimals of a figure and its difference, by its size: 1,234; 31.1; 1.63; 0.546."""
    value = abs(size or 0.0)
    return 0 if value >= 100 or value == 0 else 1 if value >= 10 else 2 if value >= 1 else 3
