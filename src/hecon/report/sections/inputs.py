"""What a report rests on: choices of method, assumptions, inputs and their sources, the model's checks."""

from collections import Counter
from typing import TYPE_CHECKING

from hecon.digits import number_text
from hecon.grid import Cell, Column, Grid
from hecon.report.reported import curve_lines, reported_grid
from hecon.report.sections.parts import Chapter, Lines, Table, Text, chapter
from hecon.results.checks import check_summary, checks_grid
from hecon.results.findings import Findings
from hecon.results.layouts.inputs import parameters_grid

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_SOURCE = ("id", "citation", "place", "year", "country", "address")


def checks(found: Findings) -> Chapter:
    """The model's checks, what it reports by name, and gaps between the two bases.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> checks(Findings(study, (), None, (), (), None, (), (), {})).parts[0].lines
    ('The model declares no checks.',)
    """
    base, psa = found.study.base, found.study.psa
    summary, reports = check_summary(base, psa), reported_grid(base, psa)
    lines = (*summary.failed, *summary.notes, *curve_lines(base, psa), *(str(gap) for gap in found.study.gaps))
    return chapter("checks", "Checks", [Lines(lines), Table(checks_grid(base)), Table(reports)])


def assumptions(found: Findings) -> Chapter:
    """Choices of method, then every input that is neither read nor derived, with what it moves, widest first.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> assumptions(Findings(study, (), None, (), (), None, (), (), {})).parts
    ()
    """
    book, widths = found.study.book, found.widths
    named = book.parameters if book else {}
    chosen = [named[name] for name in found.used if named[name].provenance not in ("read", "derived")]
    rows: list[tuple[Cell, ...]] = [
        (
            one.label or one.name,
            f"{number_text(one.value, -4)} {one.unit}".strip(),
            one.provenance or "not stated",
            widths.get(one.name),
            "changes" if one.name in found.deciding else "",
            one.note,
        )
        for one in sorted(chosen, key=lambda one: -widths.get(one.name, 0.0))
    ]
    columns = (
        Column("input", "Input"),
        Column("value", "Value"),
        Column("provenance", "Provenance"),
        Column("width", "Moves INMB by", 0),
        Column("decision", "Decision"),
        Column("why", "Why"),
    )
    note = f"Moves INMB by: highest minus lowest over its range, deterministic ({found.study.money}); empty without a range."
    grid = Grid("assumptions", "Inputs that are neither read nor derived", columns, tuple(rows), note)
    return chapter("assumptions", "Assumptions", [Table(methods_grid(found)), Table(grid)])


def sources(found: Findings) -> Chapter:
    """How many inputs of each provenance, every input with its source, and the sources.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> sources(Findings(study, (), None, (), (), None, (), (), {})).parts
    (Text(text='These results came without inputs.', look=''),)
    """
    book = found.study.book
    if book is None:
        return chapter("sources", "Inputs and sources", [Text("These results came without inputs.")])
    cited = tuple(tuple(str(getattr(one, name)) for name in _SOURCE) for one in book.sources.values())
    heads = tuple(Column(name, name.capitalize()) for name in _SOURCE)
    grids = (provenance_grid(book), parameters_grid(book), Grid("sources", "Sources", heads, cited))
    return chapter("sources", "Inputs and sources", map(Table, grids))


def methods_grid(found: Findings) -> Grid:
    """The choices of structure and method in words.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> methods_grid(Findings(study, (), None, (), (), None, (), (("Discounting", "none"),), {})).rows
    (('Discounting', 'none'),)
    """
    columns = (Column("what", "What"), Column("choice", "Choice"))
    return Grid("methods", "Structure and methods", columns, found.methods)


def inputs_grid(book: "Book") -> Grid:
    """Every input by its label, with value, range, distribution, source and provenance, as a page has room for.

    >>> from hecon import Parameter, make_book
    >>> one = Parameter(name="fee", label="a fee", unit="EUR", value=5.0, low=4.0, high=8.0, provenance="read")
    >>> inputs_grid(make_book("demo", [one])).rows
    (('a fee', '5 EUR', '4 to 8', '', '', 'read'),)
    """
    heads = ("Input", "Value", "Range", "Distribution", "Source", "Provenance")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.label or one.name,
            f"{number_text(one.value, -4)} {one.unit}".strip(),
            "" if one.low != one.low else f"{number_text(one.low, -4)} to {number_text(one.high, -4)}",
            one.distribution,
            one.source,
            one.provenance or "not stated",
        )
        for one in book.parameters.values()
    )
    columns = tuple(Column(head.lower(), head) for head in heads)
    return Grid("inputs", "Inputs: value, range, distribution and source", columns, rows)


def provenance_grid(book: "Book") -> Grid:
    """How many inputs of each provenance.

    >>> from hecon import Parameter, make_book
    >>> provenance_grid(make_book("demo", [Parameter(name="fee", value=5.0, provenance="read")])).rows
    (('read', 1),)
    """
    counts = Counter(one.provenance or "not stated" for one in book.parameters.values())
    columns = (Column("kind", "Provenance"), Column("n", "Inputs", 0))
    return Grid("kinds", "Provenance", columns, tuple(counts.items()))
