"""The appendix of a paper: a whole model as Markdown, from the decision problem to the source of each input.

Formulas are printed from the trees that are run, so that what is read is what was computed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from hecon.evaluate.bind import check_names, unused_inputs
from hecon.formula.program import Block, CheckFormula, Program
from hecon.formula.syntax import Node, Number
from hecon.formula.text import to_text
from hecon.report.markdown import code, figure, plain, sections, table
from hecon.report.tree_drawing import draw_tree_text
from hecon.structure.lowering import MODEL_SETTINGS, Model, lower
from hecon.structure.tree import Structure, enumerate_decisions, paths_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.discounting import Rate

_PROBLEM = ("title", "population", "jurisdiction", "perspective", "currency", "price_year", "threshold", "reference")
_METHODS = ("cycle", "horizon", "within_cycle", "events", "flows")
_HIDDEN = ("cycles", "cycle_years", "t")


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
    check_names(program, book)
    return (
        sections(
            f"# {plain(program.title or book.case)}",
            _problem(model, program, book),
            _structures(model, book),
            _items(program),
            "## Formulas, moves and amounts by block",
            *_blocks(program),
            _inputs(program, book),
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
    rates = [f"{kind} {_rate(rate)}" for kind, rate in (model.discount or {}).items()]
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
    found: dict[int, Structure] = {}
    for strategy in (one for declared in model.strategies for one in enumerate_decisions(declared)):
        ends = [path.leaf.to for path in paths_of(strategy.to)]
        for structure in ends if strategy.to is not None else [model]:
            if structure is not None and hasattr(structure, "lower"):
                found[id(structure)] = structure
    changed = {name: book.settings[name] for name in MODEL_SETTINGS if book.settings.get(name)}
    parts = []
    for structure in found.values():
        methods = [
            [plain(name.replace("_", " ")), plain(changed.get(name, getattr(structure, name, "")))] for name in _METHODS
        ]
        tunnels = getattr(structure, "tunnels", {})
        states = [plain(s) + (f" ({tunnels[s].length} tunnels)" if s in tunnels else "") for s in structure.states]
        parts += [
            f"### {plain(structure.name)}",
            f"States: {', '.join(states)}.",
            table(["method", "choice"], [row for row in methods if row[1]]),
        ]
    return sections("## Structures", *parts) if parts else ""


def _items(program: Program) -> str:
    rows = [[plain(text) for text in (i.name, i.kind, i.category, i.sector, i.payer, i.unit)] for i in program.items]
    return sections("## Outcome items", table(["item", "kind", "category", "sector", "payer", "unit"], rows))


def _blocks(program: Program) -> Iterator[str]:
    first: dict[tuple[str, ...], Block] = {}
    for block in program.blocks:
        kind = tuple(block.states.states) if block.states else ()
        before = first.setdefault((*kind, str(block.clock)), block) if block.clock else block
        formulas = _new(_formulas(block), _formulas(before), block is before)
        terms = _new(_terms(block), _terms(before), block is before)
        moves = "" if block is not before and _matrix(block) == _matrix(before) else _matrix(block)
        share = [] if block.parent is None else [["share of the cohort that enters", code(to_text(block.mass))]]
        if block.parent is not None and block.offset != Number(0.0):
            share.append(["years from the decision to its start", code(to_text(block.offset))])
        starts = block.states.start.items() if block.states else ()
        share += [[f"starts in {plain(state)}", code(to_text(tree))] for state, tree in starts if tree != Number(0.0)]
        same = "" if block is before else f"All else is as in {plain(before.name)}."
        checks = [*block.checks, *(program.checks.get(block.strategy, ()) if block.parent is None else ())]
        yield sections(
            f"### {plain(block.name)}",
            same,
            table(["start", "formula"], share),
            table(["name", "formula", "unit"], formulas),
            moves,
            table(["item", "where", "amount", "discounted by"], terms),
            table(["check", "value", "must be"], [_check(check) for check in checks]),
            table(["report", "formula"], [[plain(name), code(to_text(tree))] for name, tree in block.reports.items()]),
        )


def _new(rows: list[list[str]], before: list[list[str]], whole: bool) -> list[list[str]]:
    return rows if whole else [row for row in rows if row not in before]


def _formulas(block: Block) -> list[list[str]]:
    shown = [f for f in block.formulas.values() if f.name not in _HIDDEN and not f.name.startswith("all[")]
    shown = [f for f in shown if f.name != "mass" and not (f.name == "lasts" and f.tree == Number(0.0))]
    return [[code(f.name), code(to_text(f.tree)), plain(f.unit)] for f in shown if f.name != "path[]"]


def _matrix(block: Block) -> str:
    """Moves from rows to columns; a dash where there is none."""
    if block.states is None:
        return ""
    rates = block.states.by == "rate"
    words = {"rest": "the rest"}
    rows = []
    for a in block.states.states:
        entries = [block.states.entries.get((a, b)) for b in block.states.states]
        rows.append([plain(a), *(words.get(e.unit, code(to_text(e.tree))) if e else "-" for e in entries)])
    title = (
        "Rates per year, from the state on the left:"
        if rates
        else "Probabilities per cycle, from the state on the left:"
    )
    return sections(title, table(["", *(plain(state) for state in block.states.states)], rows))


def _terms(block: Block) -> list[list[str]]:
    return [
        [
            plain(f"{t.item.name} ({t.item.kind})"),
            plain(t.where),
            code(to_text(t.flow or t.value)),
            _discount(t.discount),
        ]
        for t in block.terms
    ]


def _discount(tree: Node | None) -> str:
    return "" if tree in (None, Number(1.0)) else code(to_text(tree))  # type: ignore[arg-type]  # None is in the tuple


def _check(check: CheckFormula) -> list[str]:
    if check.at_most is not None:
        wanted = f"at most {code(to_text(check.at_most))}"
    else:
        wanted = code(to_text(check.equals)) if check.equals is not None else ""
    near = f", within {code(to_text(check.within))}" if check.within != Number(0.0) else ""
    return [plain(check.name), code(to_text(check.value)), wanted + near]


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
