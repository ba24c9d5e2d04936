"""The reporting checklist CHEERS 2022 of an analysis: 28 items, what hecon knows of each, and where it stands.

The items stand in data/cheers.csv, in our own words; the standard is Husereau et al. 2022.
"""

from collections.abc import Mapping

from hecon.grid import Cell, Column, Grid
from hecon.inputs.price_data import package_table
from hecon.report.markdown import grid_table, sections
from hecon.report.sections.reported_facts import reported_facts
from hecon.results.analysis import Analysis
from hecon.results.texts import TODO, headings

NOTE = (
    "The standard: Husereau D, Drummond M, Augustovski F, et al. Consolidated Health Economic Evaluation Reporting Standards "
    "2022 (CHEERS 2022). BMC Medicine 2022;20:23. Items are in our own words."
)
_PAGE = {  # where the HTML page has what the Word document has in other places
    "front": "the title",
    "problem": "the head of the page",
    "strategies": "the head of the page",
    "conventions": "assumptions",
    "structure": "assumptions",
    "costs": "base-case",
    "uncertainty": "probabilistic",
    "inputs": "sources",
    "subgroups": "the workbook",
    "appendix": "hecon appendix",
    "references": "sources",
}


def cheers_grid(analysis: Analysis, places: Mapping[str, str]) -> Grid:
    """The 28 items: what is asked, what the analysis reports of it, and where.

    `places` says where the contents of the columns `contents` and `texts` of data/cheers.csv stand, texts as "text:KEY"; what
    has no place is not pointed to. What only an author can say, and has not, is marked so.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> grid = cheers_grid(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a"), {"problem": "2.1 Setting"})
    >>> len(grid.rows), grid.rows[7][2:]
    (28, ('Payer. To be written by the author: Perspective', '2.1 Setting'))
    """
    facts, known = reported_facts(analysis), headings()
    rows: list[tuple[Cell, ...]] = []
    for row in package_table("cheers.csv"):
        texts = row["texts"].split()
        missing = [known[key] for key in texts if key not in analysis.texts]
        told = [facts.get(row["facts"], "")] if row["facts"] else []
        shown = "" if row["facts"] == "groups" and not any(told) else row["contents"]  # only where there are groups
        told += ["the author's text"] if len(missing) < len(texts) else []
        told += [f"{TODO}: {', '.join(missing)}"] if missing else []
        contents = [*shown.split(), *(f"text:{key}" for key in texts if key in analysis.texts)]
        where = dict.fromkeys(places[one] for one in contents if places.get(one))
        words = ". ".join(filter(None, told)) or "Not reported"
        rows.append(
            (int(row["item"]), f"{row['topic']}: {row['asks']}", words[0].upper() + words[1:], "; ".join(where))
        )
    columns = (
        Column("item", "Item", 0), Column("asks", "What is asked"), Column("reported", "What is reported"),
        Column("where", "Where"),
    )  # fmt: skip
    return Grid("cheers", "Reporting checklist, CHEERS 2022", columns, tuple(rows), NOTE)


def page_places(titles: Mapping[str, str]) -> dict[str, str]:
    """Where the contents stand on the HTML page, whose sections are `titles` by anchor.

    >>> page_places({"sources": "Inputs and sources"})["inputs"]
    'Inputs and sources'
    """
    asked = {one for row in package_table("cheers.csv") for one in row["contents"].split()}
    found = {one: _PAGE.get(one, one) for one in asked} | {f"text:{key}": "author" for key in headings()}
    return {one: titles.get(place, place if place in _PAGE.values() else "") for one, place in found.items()}


def cheers_markdown(analysis: Analysis, places: Mapping[str, str], note: str = "") -> str:
    """The checklist as Markdown, with a note and its source below.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> one = Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")
    >>> cheers_markdown(one, {}).splitlines()[:3]
    ['# Reporting checklist, CHEERS 2022: demo', '', '| Item | What is asked | What is reported | Where |']
    """
    grid = cheers_grid(analysis, places)
    title = f"# {grid.title}: {analysis.title or analysis.case}"
    return sections(title, grid_table(grid), f"{note} {grid.note}".strip()) + "\n"
