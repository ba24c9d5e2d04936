"""The blocks of a model for its appendix: formulas, moves as a matrix, amounts; of one structure only the first in full."""

from collections.abc import Iterator

from hecon.formula.program import Block, CheckFormula, Program
from hecon.formula.syntax import Call, Name, Node, Number, substitute
from hecon.formula.text import to_text
from hecon.report.markdown import code, plain, sections, table

_HIDDEN = ("cycles", "cycle_years", "t", "t_mid", "age_mid", "state_time_mid", "mass")
LEGEND = (
    "Names: `cycle` is the row, from 0 to `cycles`; `cycle_years` the length of a cycle; `t` years since the block's start;"
    " `time` years since the decision; `state_time` years since entry into a tunnel state; `mass` the share of the cohort"
    " that enters the block; `p[...]` the probability of a branch and `path[...]` that of a path. Flows and transitions are added"
    " over the rows, each times its discount factor."
)


def block_sections(program: Program) -> Iterator[str]:
    """A section for each block of a program: start, formulas, moves, amounts, checks and reports.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> from hecon.structure.lowering import lower
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("watch", to=Leaf())], free, "continuous", let={"c_year": "12 * c_month"})
    >>> print(next(block_sections(lower(tree))))
    ### watch
    <BLANKLINE>
    | name | formula | unit |
    |---|---|---|
    | `c_year` | `12 * c_month` |  |
    """
    first: dict[tuple[str, ...], Block] = {}
    for block in program.blocks:
        kind = tuple(block.states.states) if block.states else tuple(block.occupied)
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
            table(
                ["state or transition", "share of those who entered"],
                _new(_shares(block), _shares(before), block is before),
            ),
            table(["item", "where", "amount", "discounted by"], terms),
            table(["check", "value", "must be"], [_check(check) for check in checks]),
            table(["report", "formula"], [[plain(name), code(to_text(tree))] for name, tree in block.reports.items()]),
        )


def _new(rows: list[list[str]], before: list[list[str]], whole: bool) -> list[list[str]]:
    return rows if whole else [row for row in rows if row not in before]


def _formulas(block: Block) -> list[list[str]]:
    shown = [f for f in block.formulas.values() if f.name not in _HIDDEN and not f.name.startswith("all[")]
    shown = [f for f in shown if not (f.name == "lasts" and f.tree == Number(0.0))]
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


def _shares(block: Block) -> list[list[str]]:
    """States and transitions of a partitioned cohort, whose curves say how many are in them."""
    return [[plain(name), code(to_text(f.tree))] for name, f in {**block.occupied, **block.moved}.items()]


def _terms(block: Block) -> list[list[str]]:
    return [
        [
            plain(f"{term.item.name} ({term.item.kind})"),
            plain(term.where),
            code(to_text(_seen(block, term.flow or term.value))),
            _discount(block, term.discount),
        ]
        for term in block.terms
    ]


def _discount(block: Block, tree: Node | None) -> str:
    if tree is None or tree == Number(1.0):
        return ""
    now: Node = Name("t") if block.offset == Number(0.0) else Call("+", (block.offset, Name("t")))
    return code(to_text(substitute(tree, lambda node: Name("time") if node == now else None)))


def _seen(block: Block, tree: Node) -> Node:
    """A tree in which the block's own mass goes by its name."""
    return substitute(tree, lambda node: Name("mass") if node == block.mass and not isinstance(node, Number) else None)


def _check(check: CheckFormula) -> list[str]:
    if check.at_most is not None:
        wanted = f"at most {code(to_text(check.at_most))}"
    else:
        wanted = code(to_text(check.equals)) if check.equals is not None else ""
    near = f", within {code(to_text(check.within))}" if check.within != Number(0.0) else ""
    return [plain(check.name), code(to_text(check.value)), wanted + near]
