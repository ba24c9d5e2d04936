"""The numpy back end of single operations: primitives and the few that know rows, tables or tunnels."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.arrays import Array
from hecon.evaluate.compile.graph import CYCLE, DRAW, SURE, TUNNEL, Graph, Op
from hecon.formula.functions import PRIMITIVES, power

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws
    from hecon.inputs.parameter import Table

_TINY = 1e-9  # ages and times are sums of fractions; a look-up an ulp below a whole number belongs to it


def flow_weight(method: str, row: Any, cycles: int) -> Array:
    """Within-cycle weight of a row, 0 outside rows 0 to `cycles`; the weights of all rows add up to `cycles`.

    `darth-legacy` and `darth-none` reproduce published tables and do not add up (methods: Elbasha, Chhatwal 2016;
    odd Simpson by the 3/8 rule on the last three intervals).

    >>> rows = np.arange(5.0)
    >>> [flow_weight(m, rows, 4).tolist() for m in ("start", "half-cycle")]
    [[1.0, 1.0, 1.0, 1.0, 0.0], [0.5, 1.0, 1.0, 1.0, 0.5]]
    >>> (3 * flow_weight("simpson", rows, 4)).tolist()
    [1.0, 4.0, 2.0, 4.0, 1.0]
    """
    k, n = np.asarray(row, dtype=float), cycles
    odd = np.mod(k, 2) == 1
    ends = (k == 0) | (k == n)
    match method:
        case "start":
            weight = np.where(k < n, 1.0, 0.0)
        case "end":
            weight = np.where(k > 0, 1.0, 0.0)
        case "half-cycle":
            weight = np.where(ends, 0.5, 1.0)
        case "darth-none":
            weight = np.ones_like(k)
        case "darth-legacy":
            weight = np.where(ends, 1 / 3, np.where(odd, 2 / 3, 4 / 3))
        case "simpson" if n == 1:
            weight = np.where(ends, 0.5, 0.0)
        case "simpson" if n % 2 == 0:
            weight = np.where(ends, 1 / 3, np.where(odd, 4 / 3, 2 / 3))
        case "simpson":
            first = np.where(k > n - 3, 0.0, np.where((k == 0) | (k == n - 3), 1 / 3, np.where(odd, 4 / 3, 2 / 3)))
            first = np.where(n == 3, 0.0, first)
            last = np.where(k < n - 3, 0.0, np.where((k == n - 3) | (k == n), 3 / 8, 9 / 8))
            weight = first + last
        case _:
            raise ValueError(f"unknown within-cycle method '{method}'")
    return np.where((k < 0) | (k > n), 0.0, weight)


def add_rows(x: Array) -> Array:
    """The rows of x (cycle, draw) added in order, so that the sum of a draw is the same whatever its neighbours.

    >>> add_rows(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [4.0, 6.0]
    """
    if x.shape[1] == 1:
        return np.asarray(np.cumsum(x, axis=0)[-1])  # numpy would add a single column in pairs
    return np.asarray(np.add.reduce(x, axis=0))


def weighted(x: Array, weights: Array) -> Array:
    """The rows of x (cycle, draw) times their weights (cycle,), added in order; the same for a draw whatever its neighbours.

    >>> weighted(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, 1.0])).tolist()
    [3.5, 5.0]
    """
    if x.shape[1] == 1:
        return weighted(np.repeat(x, 2, axis=1), weights)[:1]  # numpy would add a single column in pairs
    return np.asarray(np.einsum("r,rd->d", weights, x))


def look_up(table: "Table", column: str, x: Any) -> Any:
    """The value in the last row whose index is at most x; not a number outside the table (a step beyond its end).

    >>> from hecon.inputs.parameter import Table
    >>> norms = Table("norms", "age", np.array([40.0, 41.0]), {"u": np.array([0.9, 0.8])})
    >>> look_up(norms, "u", np.array([40.5, 41.0, 42.0])).tolist()
    [0.9, 0.8, nan]
    """
    index, values = table.index, table.columns[column]
    step = index[-1] - index[-2] if len(index) > 1 else 1.0
    x = np.asarray(x, dtype=float) + _TINY
    inside = (x >= index[0]) & (x < index[-1] + step)
    position = np.searchsorted(index, np.where(inside, x, index[0]), side="right") - 1
    return np.where(inside, values[position], np.nan)


def interpolate(table: "Table", column: str, x: Any) -> Any:
    """The straight line between the rows around x; not a number outside the table.

    >>> from hecon.inputs.parameter import Table
    >>> norms = Table("norms", "age", np.array([40.0, 41.0]), {"u": np.array([1.0, 0.5])})
    >>> interpolate(norms, "u", np.array([40.5, 42.0])).tolist()
    [0.75, nan]
    """
    return np.interp(x, table.index, table.columns[column], left=np.nan, right=np.nan)


def life_survivors(table: "Table", column: str, age: Any) -> Any:
    """Survivors to an age, as a share of those alive at the table's first age; 0 past its last (qx per year of age), not
    a number before its first. Within a year of age the hazard is constant.

    >>> from hecon.inputs.parameter import Table
    >>> life = Table("life", "age", np.array([0.0, 1.0]), {"qx": np.array([0.75, 0.2])})
    >>> life_survivors(life, "qx", np.array([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0])).round(12).tolist()
    [nan, 1.0, 0.5, 0.25, 0.2, 0.0]
    """
    q = np.append(table.columns[column], 1.0)  # past the last age everyone dies
    alive = np.concatenate([[1.0], np.cumprod(1.0 - q)])
    age = np.asarray(age, dtype=float)
    whole = np.floor(age - table.index[0] + _TINY)
    part = np.maximum(age - table.index[0] - whole, 0.0)
    part = np.where(part < _TINY, 0.0, part)
    k = np.clip(np.nan_to_num(whole), 0, len(q)).astype(np.intp)
    inside = np.where(part > 0, power(1.0 - q[np.minimum(k, len(q) - 1)], part), 1.0)
    return np.where(whole >= 0, alive[k] * inside, np.nan)


def function_of(op: Op, draws: "Draws") -> Callable[..., Any]:
    """The numpy function of an operation that is not tied to a row of its own.

    >>> from hecon.inputs.book import make_book
    >>> float(function_of(Op("+", (0, 1), None, 0, 0), make_book("demo", []).base())(2.0, 3.0))
    5.0
    """
    payload: Any = op.payload
    match op.op:
        case "number":
            return lambda: payload
        case "input":
            value = draws[payload]
            return lambda: value
        case "state_time":
            length, per_year = payload
            times = (np.arange(length) / per_year)[:, None]
            return lambda: times
        case "weight":
            method, cycles = payload
            return lambda row: flow_weight(method, row, cycles)
        case "lookup" | "interp" | "life_survivors":
            table = draws.book.tables[payload[0]]
            how = {"lookup": look_up, "interp": interpolate, "life_survivors": life_survivors}[op.op]
            return lambda x: how(table, payload[1], x)
        case _:
            one = PRIMITIVES[op.op]
            return one.sure if one.sure and payload == SURE else one.numpy


def constant(graph: Graph, node: int, draws: "Draws") -> float | None:
    """The value of a node that is the same in every cycle and draw, or None when it is not.

    >>> from hecon.inputs.book import make_book
    >>> graph = Graph()
    >>> constant(graph, graph.number(2.5), make_book("demo", []).base())
    2.5
    """
    known: dict[int, float | None] = {}  # a chain of formulas that each use the one before twice has 2^n paths

    def value(one: int) -> float | None:
        if one not in known:
            op = graph.nodes[one]
            moves = op.axes & (CYCLE | TUNNEL | DRAW)
            args = [None] if moves else [value(arg) for arg in op.args]
            known[one] = None if any(arg is None for arg in args) else float(function_of(op, draws)(*args))
        return known[one]

    return value(node)
