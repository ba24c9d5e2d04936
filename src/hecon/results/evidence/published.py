"""Published figures of a case, as models/<case>/published.csv holds them: what was published, and which of ours stands beside it.

A row without a tolerance is printed beside ours and is no target. Every fault is told at once, with its cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import not_a_number, number
from hecon.inputs.tables.csv_file import Row, first_faults, read_csv

if TYPE_CHECKING:
    from hecon.inputs.parameter import Source

FILE = "published.csv"
COLUMNS = (
    "id", "study", "what", "published", "unit", "strategy", "outcome", "structure", "scenario", "perspective", "tolerance",
    "tag", "note",
)  # fmt: skip
RATIOS = {"icer": "qaly", "icer_ly": "ly"}  # cost per unit of an effect
OUTCOMES = ("cost", "qaly", "ly", "ly_undiscounted", *RATIOS, "nmb")
REPORT = "report:"
TAGS = ("read", "recalled", "derived")
WORDS = ("dominant", "dominated")  # what is published of an ICER that is no number
_MUST = ("id", "what", "published")


@dataclass(frozen=True)
class Tolerance:
    """How far ours may be from what was published: a `size`, in the figure's unit or as a share of it."""

    size: float
    relative: bool

    @property
    def text(self) -> str:
        """As it is written in the file.

        >>> Tolerance(0.15, True).text, Tolerance(0.01, False).text
        ('15%', '0.01')
        """
        return f"{100 * self.size:g}%" if self.relative else f"{self.size:g}"


@dataclass(frozen=True)
class Published:
    """One published figure: a number, a range (`low` to `high`), or a word of WORDS for an ICER.

    `strategy` and, for a difference, `against` name ours; `outcome` is one of OUTCOMES or "report: NAME", empty where ours has
    no counterpart. `structure`, `scenario` and `perspective` are empty where they are the case's own. `study` is the id of a
    source, `cells` are the addresses of the columns.
    """

    id: str
    what: str
    low: float | None
    high: float | None
    word: str = ""
    study: str = ""
    unit: str = ""
    strategy: str = ""
    against: str = ""
    outcome: str = ""
    structure: str = ""
    scenario: str = ""
    perspective: str = ""
    tolerance: Tolerance | None = None
    tag: str = ""
    note: str = ""
    cells: Mapping[str, str] | None = None

    def place(self, column: str) -> str:
        """The address of one of its cells with its id, as faults print it."""
        cell = (self.cells or {}).get(column, "")
        return f"{cell} ({self.id})" if cell else self.id


def read_published(path: str | Path, sources: "Mapping[str, Source]") -> tuple[Published, ...]:
    r"""The published figures in a CSV file; their studies are ids of `sources`.

    Raises:
        InputError: every cell that cannot be used, and what `read_csv` refuses.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, FILE).write_text("id,what,published,strategy,outcome,tolerance\ngain,QALYs,1.5,drug - care,qaly,10%\n")
    ...     (one,) = read_published(Path(folder, FILE), {})
    >>> one.low, one.strategy, one.against, one.tolerance
    (1.5, 'drug', 'care', Tolerance(size=0.1, relative=True))
    """
    sheet = read_csv(path, Path(path).stem)
    faults = [
        Fault(sheet.name, f"has an unknown column '{column}'{nearest(column, COLUMNS)} (known: {', '.join(COLUMNS)})")
        for column in sheet.columns
        if column not in COLUMNS
    ]
    faults += [Fault(sheet.name, f"has no column '{column}'") for column in _MUST if column not in sheet.columns]
    raise_faults(faults, InputError, str(path))
    found = [_published(row, sources, faults) for row in sheet.rows]
    met: dict[str, Published] = {}
    for one in found:
        if one.id in met:
            faults.append(Fault(one.place("id"), f"'{one.id}' is already in {met[one.id].place('id').split(' ')[0]}"))
        met.setdefault(one.id, one)
    raise_faults(first_faults(faults), InputError, str(path))
    return tuple(found)


def _published(row: Row, sources: "Mapping[str, Source]", faults: list[Fault]) -> Published:
    def fault(column: str, message: str) -> None:
        faults.append(
            Fault(f"{row.address(column)} ({row.text('id')})" if row.text("id") else row.address(column), message)
        )

    for column in _MUST:
        if not row.text(column):
            fault(column, f"has no {column}")
    outcome, tag, study = row.text("outcome"), row.text("tag"), row.text("study")
    if study and study not in sources:
        fault("study", f"there is no source '{study}'{nearest(study, sources)}")
    if tag and tag not in TAGS:
        fault("tag", f"unknown tag '{tag}'{nearest(tag, TAGS)}; write one of {', '.join(TAGS)}")
    report = outcome.startswith(REPORT)
    if outcome and outcome not in OUTCOMES and not report:
        fault(
            "outcome",
            f"unknown outcome '{outcome}'{nearest(outcome, OUTCOMES)} (known: {', '.join(OUTCOMES)}, {REPORT} NAME)",
        )
    low, high, word = _figure(row.text("published"), outcome)
    if row.text("published") and low is None and not word:
        text = row.text("published")
        either = f"; a range is LOW to HIGH{', and an ICER may be ' + ' or '.join(WORDS) if outcome in RATIOS else ''}"
        fault("published", not_a_number(text) + either)
    strategy, against = _arms(row.text("strategy"))
    if outcome and not strategy:
        fault("strategy", "has no strategy; name one, or two as 'a - b' for a difference")
    if outcome in RATIOS and not against:
        fault("strategy", f"an ICER is of two strategies: '{strategy or 'a'} - b'")
    tolerance = _tolerance(row.text("tolerance"))
    if row.text("tolerance") and (tolerance is None or not outcome):
        wrong = (
            "is neither a share such as 15% nor a size such as 0.01, above 0" if outcome else "needs an outcome of ours"
        )
        fault("tolerance", f"'{row.text('tolerance')}' {wrong}")
    report_name = f"{REPORT} {outcome.removeprefix(REPORT).strip()}" if report else outcome
    return Published(
        row.text("id"), row.text("what"), low, high, word, study, row.text("unit"), strategy, against, report_name,
        row.text("structure"), row.text("scenario"), row.text("perspective"), tolerance, tag, row.text("note"),
        {column: row.address(column) for column in COLUMNS},
    )  # fmt: skip


def _figure(text: str, outcome: str) -> tuple[float | None, float | None, str]:
    """Low and high of a figure or range, or the word that an ICER may be."""
    if outcome in RATIOS and text in WORDS:
        return None, None, text
    parts = [number(part.strip()) for part in text.split(" to ")]
    if len(parts) > 2 or any(part is None for part in parts):
        return None, None, ""
    low, high = parts[0], parts[-1]
    return (low, high, "") if low is not None and high is not None and low <= high else (None, None, "")


def _arms(text: str) -> tuple[str, str]:
    first, _, second = text.partition(" - ")
    return first.strip(), second.strip()


def _tolerance(text: str) -> Tolerance | None:
    relative = text.endswith("%")
    size = number(text.removesuffix("%").strip())
    if size is None or size <= 0:
        return None
    return Tolerance(size / 100 if relative else size, relative)
