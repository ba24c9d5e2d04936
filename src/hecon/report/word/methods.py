"""The methods of an analysis as parts, written from the model: problem, strategies, structure, costs, inputs, uncertainty."""

from collections import Counter
from typing import TYPE_CHECKING

from hecon.figures.tree_drawing import tree_figure
from hecon.grid import Cell, Column, Grid
from hecon.report.sections.brief import study_facts
from hecon.report.sections.inputs import inputs_grid, methods_grid, provenance_grid
from hecon.report.sections.parts import Part, Picture, Table, Text, facts_grid
from hecon.report.sections.reported_facts import reported_facts
from hecon.report.sections.structures import leading_paths
from hecon.report.word.structure import structure_parts
from hecon.results.findings import Findings
from hecon.results.severity_line import severity_line
from hecon.structure.tree import DecisionTree

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_KINDS = {"qaly": "QALY", "ly": "life-years", "ly_undiscounted": "life-years, undiscounted"}


def methods(found: Findings) -> dict[str, tuple[Part, ...]]:
    """Parts by the names that data/outlines.csv places.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> list(methods(Findings(study, (), None, (), (), None, (), (), {})))
    ['problem', 'strategies', 'conventions', 'structure', 'costs', 'inputs', 'uncertainty', 'severity']
    """
    study = found.study
    told = reported_facts(study)
    return {
        "problem": (Table(facts_grid(_problem(found), "problem", "Decision problem", ("What", "In this analysis"))),),
        "strategies": _strategies(found),
        "conventions": (
            Text(f"Effects: {told['outcomes']}." if told["outcomes"] else ""),
            Table(methods_grid(found)),
        ),
        "structure": structure_parts(study),
        "costs": (Text(f"Amounts are in {told['money']}."), Table(_items(found))),
        "inputs": _inputs(study.book) if study.book else (Text("These results came without inputs."),),
        "uncertainty": (Text(f"Uncertainty: {told['uncertainty']}."), *_distributions(study.book)),
        "severity": (Text(severity_line(study) or "Severity of illness: the rules of this run give it no weight."),),
    }


def _problem(found: Findings) -> list[tuple[str, str]]:
    """Population, intervention, comparator, outcomes and what else frames the question."""
    study, told = found.study, reported_facts(found.study)
    stated = dict(study_facts(study))
    labels = dict(zip(study.base.strategies, study.base.labels, strict=True))
    others = [label or name for name, label in labels.items() if name != study.reference]
    later = ("Threshold", "Converted", "Rules applied", "Structure", "Draws")
    return [
        *((what, stated[what]) for what in ("Jurisdiction", "Population")),
        ("Intervention", "; ".join(others)),
        ("Comparator", labels.get(study.reference) or study.reference),
        ("Outcomes", told["outcomes"]),
        ("Perspective", told["perspective"]),
        ("Time horizon", told["horizon"]),
        ("Discounting", told["discounting"]),
        ("Prices", told["money"]),
        ("Subgroups", told.get("subgroups", "")),
        *((what, stated[what]) for what in later),
    ]


def _strategies(found: Findings) -> tuple[Part, ...]:
    """The strategies, and their tree as a picture where there is more than a straight way."""
    study, base = found.study, found.study.base
    columns = (Column("strategy", "Strategy"), Column("label", "What is done"), Column("role", "Role"))
    roles = ["comparator" if name == study.reference else "compared with it" for name in base.strategies]
    grid = Grid(
        "strategies", "Strategies compared", columns, tuple(zip(base.strategies, base.labels, roles, strict=True))
    )
    model = study.model
    if not isinstance(model, DecisionTree) or not any(path.branches for _, path in leading_paths(model)):
        return (Table(grid),)
    ways = "; ".join(
        f"{name}: {', '.join(branch.label for branch in path.branches)}" if path.branches else name
        for name, path in leading_paths(model)
    )
    alt = f"Decision tree. A square is the decision, circles are chance, triangles are ends. Ways: {ways}"
    return Table(grid), Picture(
        tree_figure(model), alt, "The decision tree: square decision, circle chance, triangle end."
    )


def _items(found: Findings) -> Grid:
    """What is counted, by cause and sector."""
    columns = tuple(Column(name, name.capitalize()) for name in ("item", "kind", "cause", "of", "sector"))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (item.name.replace("_", " "), _KINDS.get(item.kind, item.kind), item.category, item.of, item.sector)
        for item in found.study.base.items
    )
    return Grid("items", "What is counted, by cause", columns, rows)


def _inputs(book: "Book") -> tuple[Part, ...]:
    words = "The names of the inputs in formulas stand in the appendix with the whole model."
    return Table(provenance_grid(book)), Table(inputs_grid(book)), Text(words)


def _distributions(book: "Book | None") -> tuple[Part, ...]:
    """How many inputs each distribution has, and what is drawn together."""
    if book is None:
        return ()
    kinds = Counter(one.distribution for one in book.parameters.values() if one.name in book.margins.varying)
    columns = (Column("distribution", "Distribution"), Column("n", "Inputs", 0))
    grid = Grid("distributions", "Distributions of uncertain inputs", columns, tuple(sorted(kinds.items())))
    pairs: tuple[tuple[Cell, ...], ...] = tuple(
        (one.group, one.name_1, one.name_2, one.kind, one.value) for one in book.correlations
    )
    heads = (
        Column("group", "Group"), Column("one", "Input"), Column("other", "And"), Column("kind", "Kind"),
        Column("value", "Value", -4),
    )  # fmt: skip
    fixed = len(book.parameters) - sum(kinds.values())
    return (
        Table(grid),
        Text(f"Without a distribution, and so counted as known: {fixed} of {len(book.parameters)} inputs."),
        Table(Grid("correlations", "Inputs that are drawn together", heads, pairs)),
    )
