"""The words with which a run is refused: what was met, where, of which terms, and the cells of the inputs behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from hecon.errors import ModelError, told_sum
from hecon.evaluate.engine.not_a_number import first_not_a_number
from hecon.formula.macros import expand
from hecon.formula.program import Block, Program
from hecon.formula.syntax import Call, Name, Node, Text, names_in, walk

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.draws import Draws
    from hecon.inputs.parameter import Table


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
    here = f"strategy {met.block.strategy}, {met.block.name}, cycle {met.cycle}, {draw_told(draws, met.draw)}"
    formulas = {one: states.entries[states.states[one[0]], states.states[one[1]]] for one in met.values}
    given = {one: formula for one, formula in formulas.items() if formula.unit != "rest"}
    if met.pair is None or formulas[met.pair].unit == "rest":
        terms = " + ".join(f"{formula.text} {met.values[one]:.6g}" for one, formula in given.items())
        total = sum(met.values[one] for one in given)
        trees = [formula.tree for formula in given.values()]
        raise ModelError(
            f"leaving '{states.states[met.state]}' adds up to {told_sum(total)} ({here}): {terms}"
            f"{behind(program, met.block, trees, total, draws, met.draw)}"
        )
    value, mine = met.values[met.pair], formulas[met.pair]
    what = "rate" if states.by == "rate" else "probability"
    how = "not a number" if isnan(value) else f"{told_sum(value)}, {'below 0' if value < 0 else 'above 1'}"
    raise ModelError(
        f"the {what} {mine.name} is {how} ({here}): {mine.text}"
        f"{behind(program, met.block, [mine.tree], value, draws, met.draw)}"
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


def draw_told(draws: "Draws", draw: int) -> str:
    """A draw by its number, and the input that alone differs from the base case in it, as in a tornado.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> pair = [Parameter(name="fee", value=2.0, low=1.0, high=4.0), Parameter(name="rent", value=2.0, low=1.0, high=4.0)]
    >>> book = make_book("demo", pair)
    >>> draw_told(book.one_way(), 0), draw_told(book.one_way(), 2)
    ('draw 0', 'draw 2, fee at 4')
    """
    k = int(np.flatnonzero(draws.draw == draw)[0])
    base = np.array([draws.book.parameters[name].value for name in draws.names])
    moved = np.flatnonzero(draws.values[:, k] != base)
    if moved.size != 1 or len(draws.names) == 1:
        return f"draw {draw}"
    return f"draw {draw}, {draws.names[moved[0]]} at {draws.values[moved[0], k]:.6g}"


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
    told = [missed(program, block, [tree], value, draws, int(draws.draw[d])) for block, tree in pairs]
    why = next(filter(None, told), "")
    if "; check " not in why:
        why += next(filter(None, (cells(program, block, [tree], draws) for block, tree in pairs)), "")
    raise ModelError(
        f"strategy {strategy}, item {item.name}, {draw_told(draws, int(draws.draw[d]))}: is {value}, not a finite number"
        f"{why}; explain '{item.name}' to see where"
    )


def missed(program: Program, block: Block, trees: list[Node], value: float, draws: "Draws", draw: int) -> str:
    """For a value that is not a number: the first formula that is none, or the tables it reads with their range, since a
    look-up outside it gives none. `draw` is the draw's own number.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Table
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {})
    >>> book = make_book("demo", [], tables={"norms": Table("norms", "age", np.array([40.0, 41.0]), {"u": np.array([0.9, 0.8])})})
    >>> missed(Program("Demo", (), (block,), ()), block, [parse("norms[60]")], float("nan"), book.base(), 0)
    '; outside their range these tables give nothing: norms (age 40 up to below 42); add rows, or bound what is looked up'
    """
    if not isnan(value):
        return ""
    first = first_not_a_number(program, block, trees, draws, draw)
    if first is not None and not _reads([first.formula.tree], draws):
        return f"; {first}{cells(program, block, [first.formula.tree], draws)}"
    tables: Mapping[str, Table] = draws.book.tables
    behind = [f.tree for tree in trees for n in _names(program, block, tree) if (f := program.find(block, n))]
    reads = _reads([*trees, *behind], draws)
    ranges = []
    for name in sorted(reads):
        index = tables[name].index
        step = index[-1] - index[-2] if len(index) > 1 else 1
        end = f"to {index[-1]:g}" if reads[name] == "interp" else f"up to below {index[-1] + step:g}"
        ranges.append(f"{name} ({tables[name].index_name} {index[0]:g} {end})")
    if not ranges:
        return ""
    return f"; outside their range these tables give nothing: {', '.join(ranges)}; add rows, or bound what is looked up"


def _reads(trees: list[Node], draws: "Draws") -> dict[str, str]:
    """The tables that trees look up, each with how."""
    reads = {
        (arg.value if isinstance(arg, Text) else arg.name): n.op
        for tree in trees
        for n in walk(expand(tree))
        if isinstance(n, Call)
        and n.op in ("lookup", "interp", "life_survivors")
        and isinstance(arg := n.args[0], Text | Name)
    }
    return {name: op for name, op in reads.items() if name in draws.book.tables}


def behind(program: Program, block: Block, trees: list[Node], value: float, draws: "Draws", draw: int) -> str:
    """What a faulty value stands on, for the end of a message: why it is not a number, or the cells of its inputs.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {})
    >>> book = make_book("demo", [Parameter(name="r_die", value=1.5, cells={"value": "parameters!E2"})])
    >>> behind(Program("Demo", (), (block,), ()), block, [parse("r_die")], 1.5, book.base(), 0)
    '; check parameters!E2 (r_die)'
    """
    told = missed(program, block, trees, value, draws, draw)
    return told if "; check " in told else told + cells(program, block, trees, draws)


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
