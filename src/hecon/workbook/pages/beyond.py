"""What lies beyond the horizon on Control: reports and checks that look there are not reached, dated items are left out."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from hecon.evaluate.compile.arrays import constant
from hecon.evaluate.horizon import span
from hecon.formula.macros import expand
from hecon.formula.program import Block, Term
from hecon.formula.syntax import Call, Name, Node, walk

if TYPE_CHECKING:
    from hecon.evaluate.compile.build import Builder
    from hecon.workbook.pages.model_pages import Twin

NOT_REACHED = "not reached"
_TINY = 1e-9


def latest(builder: "Builder", blocks: Sequence[Block], tree: Node) -> float | None:
    """The latest time in years at which a formula looks at a cohort; None where it looks at none."""
    times = [time for block in blocks if block.clock for time in _times(builder, block, tree, set())]
    return max(times, default=None)


def beyond(horizon: str, blocks: Sequence[Block], time: float | None) -> str:
    """The condition under which a time lies past the horizon on Control or that of the blocks; "" for no time.

    >>> from hecon.formula.program import Clock
    >>> from hecon.formula.syntax import Number
    >>> beyond("Control!$B$14", [Block("a", "a", None, Clock(1.0, 10), Number(1.0), Number(0.0), {})], 5.0)
    'MIN(Control!$B$14,10.0)+1E-9<5.0'
    """
    if time is None:
        return ""
    own = min(block.clock.cycles / block.clock.per_year for block in blocks if block.clock)
    return f"MIN({horizon},{own!r})+1E-9<{time!r}"


def dated(twin: "Twin") -> list[tuple[float, str]]:
    """All that a shorter horizon may leave out: the time from the start of its structure, and what it is."""
    found: list[tuple[float, str]] = []
    for block in twin.program.blocks:
        for term in block.terms:
            if term.written and (block.clock or any(one.clock for one in twin.program.of(block.strategy))):
                time = _after_start(twin.builder, block, term)
                found += [(time, f"item '{term.item.name}' (at=\"{term.written}\")")] if time is not None else []
    reports = [(time, f"report '{name}'") for _, name, _, _, _, time in twin.reports if time is not None]
    checks = [(check.latest, f"check '{check.name}'") for check in twin.checks if check.latest is not None]
    return list(dict.fromkeys([*found, *reports, *checks]))


def told(found: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    """What is said when the horizon ends before each of the times.

    >>> told([(1.0, "item 'scan' (6 months)"), (1.0, "check 'alive'")])
    [(1.0, 'left out at 1 year: 1 item, 1 check')]
    """
    by_time: dict[float, list[str]] = {}
    for time, what in found:
        by_time.setdefault(time, []).append(what.split()[0])
    return [
        (
            time,
            f"left out at {span(time)}: {', '.join(_counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))}",
        )
        for time, kinds in sorted(by_time.items())
    ]


def horizons_before(blocks: Iterable[Block], times: Iterable[float]) -> list[float]:
    """The longest horizons of whole cycles of every block that end before the first and before the last of the times.

    >>> from hecon.formula.program import Clock
    >>> from hecon.formula.syntax import Number
    >>> block = Block("a", "a", None, Clock(4.0, 40), Number(1.0), Number(0.0), {})
    >>> horizons_before([block], [1.0, 5.0, 3.0])
    [0.75, 4.75]
    """
    cycle = Fraction(0)
    for block in blocks:
        if block.clock:
            own = 1 / Fraction(block.clock.per_year).limit_denominator(10_000)
            cycle = _common(cycle, own) if cycle else own
    wanted = sorted(time for time in times if cycle and time > float(cycle) + _TINY)
    ends = [float(cycle * int((time - _TINY) / float(cycle))) for time in wanted[:1] + wanted[-1:]]
    return list(dict.fromkeys(ends))


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The shortest time that is a whole number of both."""
    return Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))


def _times(builder: "Builder", block: Block, tree: Node, seen: set[str]) -> Iterator[float]:
    for node in walk(expand(tree)):
        if isinstance(node, Call) and node.op == "at":
            time = _constant(builder, block, node.args[1])
            yield from [time] if time is not None else []
        elif isinstance(node, Name) and node.name in block.formulas and node.name not in seen:
            seen.add(node.name)
            yield from _times(builder, block, block.formulas[node.name].tree, seen)


def _after_start(builder: "Builder", block: Block, term: Term) -> float | None:
    """When a dated item falls, in years from the start of the structures; None where that differs by draw."""
    assert term.time is not None
    start = block.offset if block.clock else Name("lasts")
    times = [_constant(builder, block, tree) for tree in (term.time, start)]
    return None if times[0] is None or times[1] is None else round(times[0] - times[1], 12)


def _constant(builder: "Builder", block: Block, tree: Node) -> float | None:
    return constant(builder.graph, builder.node(block, expand(tree)), builder.draws)


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind}{'' if count == 1 else 's'}"
