"""Cohorts whose moves never change: discounted time per state by repeated squaring, without walking the rows.

With A the matrix of moves times the discount of one cycle, the discounted time is m (I + A + ... + A^(n-1)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hecon.evaluate.compile.graph import CYCLE, Graph
from hecon.evaluate.engine.cohort import uniformise
from hecon.formula.functions import power

Matrix = dict[tuple[int, int], Any]
Row = dict[int, Any]
_METHODS = ("start", "end", "half-cycle", "darth-none")


@dataclass(frozen=True)
class Shape:
    """What a sum over rows asks for: a state (or a counted move), a within-cycle method and the discount factors
    (rate node, years per cycle, years at row 0).
    """

    state: int
    move: tuple[int, int] | None
    method: str
    discount: tuple[tuple[int, float, int], ...]


def shape_of(graph: Graph, node: int, vector: int) -> Shape | None:
    """The shape of a sum over rows of one state of a vector, or None when it has another.

    >>> from hecon.evaluate.compile.graph import Vector
    >>> graph = Graph()
    >>> half, one, none = graph.number(0.5), graph.number(1.0), graph.number(0.0)
    >>> moves = (((0, 0), half), ((0, 1), half), ((1, 1), one))
    >>> v = graph.vector(Vector("probability", 2, moves, (one, none), (), 3, 1.0, varies=False, changes=False, block="demo"))
    >>> total = graph.add("sum", (graph.state(v, 0),))
    >>> shape_of(graph, total, v)
    Shape(state=0, move=None, method='darth-none', discount=())
    """
    state, move, method = -1, None, ""
    discount: list[tuple[int, float, int]] = []
    for arg in graph.nodes[node].args:
        op = graph.nodes[arg]
        payload: Any = op.payload
        if op.op in ("state", "count") and payload[0] == vector and state < 0:
            state = payload[1] if op.op == "state" else payload[1][0]
            move = payload[1] if op.op == "count" else None
        elif op.op == "weight" and not method and graph.nodes[op.args[0]].op == "cycle" and payload[0] in _METHODS:
            method = payload[0]
        elif op.op == "discount_factor" and not graph.nodes[op.args[0]].axes & CYCLE:
            line = graph.linear_in_cycle(op.args[1])
            if line is None:
                return None
            discount.append((op.args[0], line[0], line[1]))
        else:
            return None
    if move is not None:
        method = "start"  # nobody moves in the last row
    return Shape(state, move, method or "darth-none", tuple(sorted(discount))) if state >= 0 else None


def worthwhile(size: int, moves: int, cycles: int, sums: int) -> bool:
    """Whether squaring takes fewer operations than walking the rows.

    >>> worthwhile(size=3, moves=5, cycles=720, sums=2), worthwhile(size=12, moves=30, cycles=20, sums=2)
    (True, False)
    """
    squarings = 2 * int(np.log2(cycles + 1)) + 1
    return squarings * (size**3 // 2 + size**2 * sums) < cycles * (2 * moves + 2 * size * sums)


def ancestors(wanted: set[int], entries: Matrix) -> set[int]:
    """The states asked for and all from which they can be reached.

    >>> sorted(ancestors({1}, {(0, 1): 0.1, (1, 2): 0.2}))
    [0, 1]
    """
    found = set(wanted)
    while True:
        more = {a for a, b in entries if b in found} - found
        if not more:
            return found
        found |= more


def close(graph: Graph, vector: int, sums: Mapping[int, Shape], values: Mapping[int, Any]) -> dict[int, Any]:
    """The value of each sum: {node: a number or (draw,)}.

    >>> # half leave in each of three cycles: 1 + 1/2 + 1/4 + 1/8
    >>> from hecon.evaluate.compile.graph import Vector
    >>> graph = Graph()
    >>> half, one, none = graph.number(0.5), graph.number(1.0), graph.number(0.0)
    >>> moves = (((0, 0), half), ((0, 1), half), ((1, 1), one))
    >>> v = graph.vector(Vector("probability", 2, moves, (one, none), (), 3, 1.0, varies=False, changes=False, block="demo"))
    >>> total = graph.add("sum", (graph.state(v, 0),))
    >>> close(graph, v, {total: Shape(0, None, "darth-none", ())}, {half: 0.5, one: 1.0, none: 0.0})[total]
    1.875
    """
    v = graph.vectors[vector]
    entries = {pair: values[node] for pair, node in v.entries}
    pairs = sorted({shape.move for shape in sums.values() if shape.move})
    made: dict[tuple[int, int], Row] = {pair: {} for pair in pairs}
    if v.by == "rate":
        entries = _moves_of_a_cycle(entries, v.size, v.per_year, pairs, made, v.block)
    wanted = {shape.state for shape in sums.values() if shape.move is None}
    wanted |= {a for row in made.values() for a in row}
    useful = ancestors(wanted, entries)
    moves = {pair: p for pair, p in entries.items() if pair[0] in useful and pair[1] in useful}
    start = {k: values[node] for k, node in enumerate(v.start) if k in useful and not _is_zero(values[node])}
    discounts = sorted({shape.discount for shape in sums.values()})
    factors = [_cycle_factor(discount, values) for discount in discounts]
    series, last = _geometric(start, moves, factors, v.cycles)
    found = {}
    for node, shape in sums.items():
        k = discounts.index(shape.discount)
        if shape.move is not None:
            total = _weighted(shape.method, series[k], start, last[k], made[shape.move])
        else:
            total = _weighted(shape.method, series[k], start, last[k], {shape.state: 1.0})
        for rate, _, intercept in shape.discount:
            total = total * power(1.0 + values[rate], -values[intercept])
        found[node] = total
    return found


def _geometric(start: Row, moves: Matrix, factors: Sequence[Any], count: int) -> tuple[list[Row], list[Row]]:
    """For each factor f: (sum over k < count of f^k start moves^k, f^count start moves^count)."""
    power, scales = moves, list(factors)  # moves^j and f^j for the j rows covered so far
    sums = [dict(start) for _ in factors]
    end = _row_times(start, moves)
    bits = bin(count)[3:]
    for k, bit in enumerate(bits, start=1):
        sums = [_further(s, _row_times(s, power), f) for s, f in zip(sums, scales, strict=True)]
        scales = [f * f for f in scales]
        if bit == "1" or k == len(bits):
            end = _row_times(_row_times(start, power), power)
        if bit == "1":
            sums = [_further(s, end, f) for s, f in zip(sums, scales, strict=True)]
            end = _row_times(end, moves)
            scales = [f * one for f, one in zip(scales, factors, strict=True)]
        if k < len(bits):
            power = _times(power, power) if bit == "0" else _times(_times(power, power), moves)
    return sums, [_scale(end, f) for f in scales]


def _weighted(method: str, series: Row, first: Row, last: Row, share: Row) -> Any:
    """Rows 0 to n - 1 are in `series`; the method corrects the first and adds the last."""
    total: Any = _dot(series, share)
    if method in ("end", "half-cycle"):
        part = 1.0 if method == "end" else 0.5
        total = total - part * _dot(first, share) + part * _dot(last, share)
    elif method == "darth-none":
        total = total + _dot(last, share)
    return total


def _moves_of_a_cycle(
    rates: Matrix,
    size: int,
    per_year: float,
    pairs: Sequence[tuple[int, int]],
    made: dict[tuple[int, int], Row],
    place: str,
) -> Matrix:
    """Probabilities of a cycle from rates, and in `made` the expected counted moves by the state they start from."""
    moves: Matrix = {}
    per_cycle = {pair: np.asarray(rate / per_year) for pair, rate in rates.items()}
    for a in range(size):
        unit = [np.array(1.0 if k == a else 0.0) for k in range(size)]
        after, counted = uniformise(unit, per_cycle, pairs, place)
        moves.update({(a, b): x for b, x in enumerate(after) if np.any(x)})
        for pair in pairs:
            if np.any(counted[pair]):
                made[pair][a] = counted[pair]
    return moves


def _cycle_factor(discount: tuple[tuple[int, float, int], ...], values: Mapping[int, Any]) -> Any:
    factor: Any = 1.0
    for rate, slope, _ in discount:
        factor = factor * power(1.0 + values[rate], -slope)
    return factor


def _is_zero(value: Any) -> bool:
    return np.ndim(value) == 0 and float(value) == 0.0


def _is_one(value: Any) -> bool:
    return np.ndim(value) == 0 and float(value) == 1.0


def _times(x: Matrix, y: Matrix) -> Matrix:
    product: Matrix = {}
    for (a, b), left in x.items():
        for (c, d), right in y.items():
            if b == c:
                product[a, d] = _plus(product.get((a, d)), left * right)
    return product


def _plus(total: Any, term: Any) -> Any:
    """A running total with one term more, in its own memory where that is large enough."""
    if total is None:
        return term
    if isinstance(total, np.ndarray) and isinstance(term, np.ndarray) and total.shape == term.shape:
        total += term
        return total
    return total + term


def _row_times(row: Row, matrix: Matrix) -> Row:
    product: Row = {}
    for (a, b), p in matrix.items():
        if a in row:
            product[b] = _plus(product.get(b), row[a] * p)
    return product


def _further(total: Row, more: Row, factor: Any) -> Row:
    """A row of totals with more times a factor."""
    new = _scale(more, factor)
    return {
        k: total[k] + new[k] if k in total and k in new else (total[k] if k in total else new[k]) for k in total | new
    }


def _scale(row: Row, factor: Any) -> Row:
    return row if _is_one(factor) else {k: value * factor for k, value in row.items()}


def _dot(row: Row, share: Row) -> Any:
    parts = [row[k] if _is_one(share[k]) else row[k] * share[k] for k in sorted(row) if k in share]
    return sum(parts[1:], start=parts[0]) if parts else 0.0
