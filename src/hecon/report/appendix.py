"""The appendix of a paper: a whole model as Markdown, from the decision problem to the source of each input.

Formulas are printed from the trees that are run, so that what is read is what was computed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hecon.evaluate.compile.check_names import check_names, unused_inputs
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.figures.tree_drawing import draw_tree_text
from hecon.formula.program import Program
from hecon.report.appendix_blocks import block_sections
from hecon.report.markdown import code, figure, plain, sections, table
from hecon.report.sections.structures import methods_of_structure, structures_of
from hecon.structure.discounting import rates_of
from hecon.structure.lowering import Model, lower

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.discounting import Rate

_PROBLEM = (
    "title",
    "population",
    "jurisdiction",
    "perspective",
    "currency",
    "price_year",
    "converted",
    "rules_told",
    "threshold",
    "reference",
)


def appendix(model: Model, book: "Book") -> str:
    """A model with its inputs as Markdown: decision problem, strategies, structures, formulas, moves, items, checks,
    parameters, assumptions and sources. Later blocks of one structure show only what differs from its first.

    Raises:
        ModelError: names that the inputs have not, and all that needs no inputs.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> visit = Cost("visit", "2 * c_visit", category="follow-up", sector="health care")
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=[visit]))], {"cost": "0", "effect": "0"}, "continuous")
    >>> text = appendix(tree, make_book("demo", [Parameter(name="c_visit", value=50.0)]))
    >>> text.splitlines()[0], "`2 * c_visit`" in text
    ('# Demo', True)
    """
    program = lower(model, book.settings)
    bound = with_curves(program, book)  # formulas are printed with curves by name
    check_names(bound, book)
    return (
        sections(
            f"# {plain(program.title or book.case)}",
            _problem(model, program, book),
            _structures(model, book),
            _items(program, f"{book.settings.get('currency', '')} {book.settings.get('price_year', '')}".strip()),
            "## Formulas, transitions and amounts by block",
            *block_sections(program),
            _inputs(bound, book),
            _sources(book),
        )
        + "\n"
    )


def _problem(model: Model, program: Program, book: "Book") -> str:
    settings = [
        [plain(name.replace("_", " ")), plain(book.settings[name])] for name in _PROBLEM if name in book.settings
    ]
    strategies = [[code(name), plain(label)] for name, label in program.strategies]
    timing = book.settings.get("discount_timing", "") or model.discount_timing or ""
    rates = [f"{kind} {_rate(rate)}" for kind, rate in rates_of(model.discount, book.settings).items()]
    drawing = "\n".join(f"    {line}" for line in draw_tree_text(model).splitlines())
    return sections(
        "## Decision problem",
        table(["setting", "value"], settings),
        "## Strategies",
        table(["strategy", "label"], strategies),
        drawing,
        f"Discounting per year, {plain(timing.replace('_', ' '))}: {'; '.join(rates)}."
        + (f" Age at the decision: {code(model.age)}." if model.age is not None else ""),
    )


def _rate(rate: "Rate") -> str:
    if isinstance(rate, str):
        return code(rate)
    return ", ".join(f"{code(text)} from year {figure(float(start))}" for start, text in rate)


def _structures(model: Model, book: "Book") -> str:
    parts = []
    for structure in structures_of(model):
        methods = methods_of_structure(structure, book).items()
        tunnels = getattr(structure, "tunnels", {})
        states = [plain(s) + (f" ({tunnels[s].length} tunnels)" if s in tunnels else "") for s in structure.states]
        parts += [
            f"### {plain(structure.name)}",
            f"States: {', '.join(states)}.",
            table(["method", "choice"], [[plain(name.replace("_", " ")), plain(choice)] for name, choice in methods]),
        ]
    return sections("## Structures", *parts) if parts else ""


def _items(program: Program, money: str) -> str:
    units = [money if item.kind == "cost" else item.unit for item in program.items]
    rows = [
        [plain(text) for text in (i.name, i.kind, i.category, i.of, i.sector, i.payer, unit)]
        for i, unit in zip(program.items, units, strict=True)
    ]
    return sections("## Outcome items", table(["item", "kind", "category", "of", "sector", "payer", "unit"], rows))


def _inputs(program: Program, book: "Book") -> str:
    idle = unused_inputs(program, book)
    rows = []
    for p in book.parameters.values():
        pars = ", ".join(figure(par) for par in (p.par1, p.par2) if figure(par))
        spread = plain(p.distribution) + (f"({pars})" if pars else "")
        source = plain(p.source) + (" (not used)" if p.name in idle else "")
        numbers = [figure(p.value), figure(p.low), figure(p.high)]
        rows.append([code(p.name), plain(p.label), plain(p.unit), *numbers, spread, source, plain(p.provenance)])
    header = ["parameter", "label", "unit", "value", "low", "high", "distribution", "source", "provenance"]
    tables = [
        [code(t.name), plain(t.index_name), figure(t.index[0]), figure(t.index[-1]), plain(", ".join(t.columns))]
        for t in book.tables.values()
    ]
    return sections(
        "## Inputs", table(header, rows), table(["table", "by", "from", "to", "columns"], tables), _provenance(book)
    )


def _provenance(book: "Book") -> str:
    counts = Counter(p.provenance or "not stated" for p in book.parameters.values())
    assumed = [p for p in book.parameters.values() if p.provenance in ("assumption", "expert", "unverified")]
    lines = [f"- {code(p.name)} = {figure(p.value)} {plain(p.unit)}: {plain(p.note or p.label)}" for p in assumed]
    return sections(
        "## Where the inputs are from",
        table(["provenance", "parameters"], [[plain(word), str(count)] for word, count in counts.items()]),
        _list("## Assumptions", lines),
    )


def _list(title: str, lines: Sequence[str]) -> str:
    return sections(title, "\n".join(lines)) if lines else ""


def _sources(book: "Book") -> str:
    rows: Iterable[list[str]] = (
        [code(s.id), *(plain(text) for text in (s.citation, s.place, s.year, s.country, s.address))]
        for s in book.sources.values()
    )
    body = table(["source", "citation", "place", "year", "country", "address"], rows)
    return sections("## Sources", body) if body else ""
