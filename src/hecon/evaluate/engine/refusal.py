"""The words with which a run is refused: what was met, where, of which terms, and the cells of the inputs behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from hecon.errors import ModelError, told_sum
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Name, Node, Text, names_in, read, walk

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.draws import Draws
    from hecon.inputs.parameter import Table

_NONE = read("log(-1)")


@dataclass(frozen=True)
class Met:
    """What leaving a state came to in one cycle and draw: values by (from, to); `pair` is the one at fault, or None
    when the row is.
    """

    block: Block
    state: int
    pair: tuple[int, int] | None
    values: Mapping[tuple[int, int], float]
    cycle: int
    draw: int


def refuse(program: Program, met: Met, draws: "Draws") -> NoReturn:
    """Raise the ModelError for an entry that is no probability or rate, or a row that does not add up to 1.

    >>> from hecon.evaluate.example import two_years
    >>> model, draws = two_years("1.2")
    >>> from hecon.structure.lowering import lower
    >>> program = lower(model)
    >>> refuse(program, Met(program.block("a - cohort"), 0, None, {(0, 0): -0.2, (0, 1): 1.2}, 0, 0), draws)
    Traceback (most recent call last):
    hecon.errors.ModelError: leaving 'well' adds up to 1.2 (strategy a, a - cohort, cycle 0, draw 0): 1.2 1.2
    """
    states = met.block.states
    assert states is not None
    here = f"strategy {met.block.strategy}, {met.block.name}, cycle {met.cycle}, draw {met.draw}"
    formulas = {one: states.entries[states.states[one[0]], states.states[one[1]]] for one in met.values}
    given = {one: formula for one, formula in formulas.items() if formula.unit != "rest"}
    if met.pair is None or formulas[met.pair].unit == "rest":
        terms = " + ".join(f"{formula.text} {met.values[one]:.6g}" for one, formula in given.items())
        total = sum(met.values[one] for one in given)
        trees = [formula.tree for formula in given.values()]
        raise ModelError(
            f"leaving '{states.states[met.state]}' adds up to {told_sum(total)} ({here}): {terms}"
            f"{missed(program, met.block, trees, total, draws)}{cells(program, met.block, trees, draws)}"
        )
    value, mine = met.values[met.pair], formulas[met.pair]
    what = "rate" if states.by == "rate" else "probability"
    how = "not a number" if isnan(value) else f"{told_sum(value)}, {'below 0' if value < 0 else 'above 1'}"
    raise ModelError(
        f"the {what} {mine.name} is {how} ({here}): {mine.text}{missed(program, met.block, [mine.tree], value, draws)}"
        f"{cells(program, met.block, [mine.tree], draws)}"
    )


def cells(program: Program, block: Block, trees: list[Node], draws: "Draws") -> str:
    """The cells of the inputs that trees stand on, for the end of a message; at most six are named.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {})
    >>> book = make_book("demo", [Parameter(name="p_die", value=0.5, cells={"value": "parameters!E2"})])
    >>> cells(Program("Demo", (), (block,), ()), block, [parse("3 * p_die")], book.base())
    '; check parameters!E2 (p_die)'
    """
    book = draws.book
    names = [name for tree in trees for name in _names(program, block, tree) if name in book.parameters]
    found = dict.fromkeys(book.parameters[name].place("value") for name in names)
    return "; check " + ", ".join(list(found)[:6]) if found else ""


def refuse_not_finite(program: Program, values: "Array", draws: "Draws") -> None:
    """Raise the ModelError for a total (strategy, item, draw) that is no finite number; nothing when all are.

    >>> import numpy as np
    >>> from hecon.inputs.book import make_book
    >>> refuse_not_finite(Program("Demo", (), (), ()), np.zeros((0, 0, 1)), make_book("demo", []).base())
    """
    finite = np.isfinite(values)
    if finite.all():
        return
    s, i, d = (int(axis) for axis in np.argwhere(~finite)[0])
    strategy, item, value = program.strategies[s][0], program.items[i], float(values[s, i, d])
    pairs = [(block, term.value) for block in program.of(strategy) for term in block.terms if term.item == item]
    told = [missed(program, block, [tree], value, draws) for block, tree in pairs]
    origin = [cells(program, block, [tree], draws) for block, tree in pairs]
    raise ModelError(
        f"strategy {strategy}, item {item.name}, draw {draws.draw[d]}: is {value}, not a finite number"
        f"{next(filter(None, told), '')}{next(filter(None, origin), '')}; explain '{item.name}' to see where"
    )


def missed(program: Program, block: Block, trees: list[Node], value: float, draws: "Draws") -> str:
    """For a value that is not a number: the tables it reads with their range, since a look-up outside it gives none.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Table
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {})
    >>> book = make_book("demo", [], tables={"norms": Table("norms", "age", np.array([40.0, 41.0]), {"u": np.array([0.9, 0.8])})})
    >>> missed(Program("Demo", (), (block,), ()), block, [parse("norms[60]")], float("nan"), book.base())
    '; outside their range these tables give nothing: norms (age 40 up to below 42); add rows, or bound what is looked up'
    """
    tables: Mapping[str, Table] = draws.book.tables
    behind = [f.tree for tree in trees for n in _names(program, block, tree) if (f := program.find(block, n))]
    reads = {
        (arg.value if isinstance(arg, Text) else arg.name): n.op
        for tree in (*trees, *behind)
        for n in walk(expand(tree))
        if isinstance(n, Call)
        and n.op in ("lookup", "interp", "life_survivors")
        and isinstance(arg := n.args[0], Text | Name)
    }
    if not isnan(value):
        return ""
    ruled = [
        n for tree in trees for n in _names(program, block, tree) if (f := program.find(block, n)) and _refuses(f.tree)
    ]
    told = f"; by their own rule {', '.join(dict.fromkeys(ruled))} may be none: explain '{ruled[0]}'" if ruled else ""
    if not set(reads) & set(tables):
        return told
    ranges = []
    for name in sorted(set(reads) & set(tables)):
        index = tables[name].index
        step = index[-1] - index[-2] if len(index) > 1 else 1
        end = f"to {index[-1]:g}" if reads[name] == "interp" else f"up to below {index[-1] + step:g}"
        ranges.append(f"{name} ({tables[name].index_name} {index[0]:g} {end})")
    return f"{told}; outside their range these tables give nothing: {', '.join(ranges)}; add rows, or bound what is looked up"


def _refuses(tree: Node) -> bool:
    """Whether a formula has a branch that is not a number on purpose, log(-1)."""
    return any(isinstance(n, Call) and n == _NONE for n in walk(tree))


def _names(program: Program, block: Block, tree: Node) -> Iterator[str]:
    """Every name a tree stands on, through the formulas it names."""
    seen: set[str] = set()
    queue = list(names_in(tree))
    while queue:
        name = queue.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            formula = program.find(block, name)
            queue += list(names_in(formula.tree)) if formula else []
