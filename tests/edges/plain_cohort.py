"""Where the cohort is, by plain loops: formulas by Python's own eval, moves one by one, rates by scipy's matrix exponential.

Under rates a tunnel state is read so: who is in it when a cycle begins has the rates of its sub-state all cycle long; who
enters (or comes back) within the cycle has those of the first sub-state, and is in it at the next row.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, log, pi, sqrt
from types import CodeType
from typing import Any

import numpy as np
from scipy.linalg import expm

from edges.plain_clock import TINY

Cell = tuple[str, int | None]  # a state and, in a tunnel, the sub-state
Moves = dict[tuple[str, str], dict[int | None, float]]  # {(from, to): {sub-state left: share}}
GLOBALS: dict[str, Any] = {
    "__builtins__": {}, "exp": exp, "log": log, "sqrt": sqrt, "min": min, "max": max, "abs": abs, "pi": pi,
    "where": lambda condition, one, other: one if condition else other,
}  # fmt: skip


@lru_cache(maxsize=4096)
def compiled(text: str) -> CodeType:
    return compile(text.strip(), text, "eval")


class Names(dict[str, Any]):
    """What a formula sees: values that are known, and formulas that are evaluated when first asked for."""

    def __init__(self, formulas: Mapping[str, str], known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.formulas = formulas

    def __missing__(self, name: str) -> Any:
        if name not in self.formulas:
            raise KeyError(name)
        self[name] = self.value(self.formulas[name])
        return self[name]

    def value(self, text: str) -> float:
        return float(eval(compiled(text), GLOBALS, self))


@dataclass(frozen=True)
class Column:
    """A table of one column: the value of the last row whose index is not above x."""

    index: tuple[float, ...]
    values: tuple[float, ...]

    def __getitem__(self, x: float) -> float:
        row = bisect_right(self.index, x + TINY) - 1
        assert row >= 0, f"{x} lies before the table"
        return self.values[row]


@dataclass
class Block:
    """A structure as one group of equal leaves enters it."""

    structure: Any
    formulas: Mapping[str, str]
    inputs: Mapping[str, Any]
    entries: Mapping[str, str]  # transitions, rates of strategy and leaf
    start: Mapping[str, float]
    per_year: float
    n: int
    age: float | None  # when the structure begins
    rows: list[dict[Cell, float]] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)
    _seen: dict[tuple[int, int | None], Names] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if hasattr(self.structure, "curves"):
            self._partition()
        else:
            self._walk()

    @property
    def tunnels(self) -> Mapping[str, Any]:
        return getattr(self.structure, "tunnels", {})

    def names(self, k: int, sub: int | None = None) -> Names:
        """The names of row k, for who has been in a tunnel state for `sub` cycles."""
        if (k, sub) in self._seen:
            return self._seen[k, sub]
        length = 1 / self.per_year
        known = {
            **self.inputs, "cycle": k, "cycles": self.n, "cycle_years": length, "t": k / self.per_year,
            "t_mid": k / self.per_year + length / 2, "mass": sum(self.start.values()),
        }  # fmt: skip
        if self.age is not None:
            known["age"] = self.age + k / self.per_year
            known["age_mid"] = known["age"] + length / 2
        if sub is not None:
            known["state_time"] = sub / self.per_year
            known["state_time_mid"] = sub / self.per_year + length / 2
        if k < len(self.rows):
            known["occupancy"] = {state: self.occupancy(k, state) for state in self.structure.states}
        self._seen[k, sub] = Names(self.formulas, known)
        return self._seen[k, sub]

    def occupancy(self, k: int, state: str) -> float:
        return sum(share for (here, _), share in self.rows[k].items() if here == state)

    def _walk(self) -> None:
        by_rate = self.structure.rates is not None
        texts = {**(self.structure.rates if by_rate else self.structure.transitions), **self.entries}
        leaving: dict[str, dict[str, str]] = {state: {} for state in self.structure.states}
        for move, text in texts.items():
            a, b = (end.strip() for end in move.split("->"))
            leaving[a][b] = text
        row = {self._entering(state): share for state, share in self.start.items()}
        for k in range(self.n):
            after, moved = (self._flow if by_rate else self._jump)(k, row, leaving)
            self.rows.append(row)
            self.moves.append(moved)
            row = after
        self.rows.append(row)
        self._seen.clear()  # from now on the cohort is known

    def _entering(self, state: str) -> Cell:
        return (state, 0 if state in self.tunnels else None)

    def _older(self, state: str, sub: int | None) -> Cell:
        return (state, None if sub is None else min(sub + 1, self.tunnels[state].length - 1))

    def _jump(
        self, k: int, row: dict[Cell, float], leaving: dict[str, dict[str, str]]
    ) -> tuple[dict[Cell, float], Moves]:
        """By probabilities; what a row leaves out stays, or goes where C says."""
        after: dict[Cell, float] = defaultdict(float)
        moved: Moves = defaultdict(lambda: defaultdict(float))
        for (a, sub), share in row.items():
            names = self.names(k, sub)
            p = {b: names.value(text) for b, text in leaving[a].items() if text != "C"}
            rest = [b for b, text in leaving[a].items() if text == "C"] or ([] if a in p else [a])
            p |= {b: 1 - sum(p.values()) for b in rest}
            for b, x in p.items():
                after[self._older(a, sub) if a == b else self._entering(b)] += share * x
                moved[a, b][sub] += share * x
        return after, moved

    def _flow(
        self, k: int, row: dict[Cell, float], leaving: dict[str, dict[str, str]]
    ) -> tuple[dict[Cell, float], Moves]:
        """By rates: the time spent in each cell is the integral of the matrix exponential."""
        length = 1 / self.per_year
        old = [cell for cell, share in row.items() if share > 0]
        cells = [(*cell, False) for cell in old] + [(*self._entering(s), True) for s in self.structure.states]
        size = len(cells)
        q = np.zeros((size, size))
        rates: dict[tuple[int, str], float] = {}
        for i, (a, sub, _) in enumerate(cells):
            for b, text in leaving[a].items():
                rates[i, b] = self.names(k, sub).value(text)
                q[i, cells.index((*self._entering(b), True))] += rates[i, b]
                q[i, i] -= rates[i, b]
        start = np.array([row[cell] for cell in old] + [0.0] * (size - len(old)))
        whole = expm(np.block([[q * length, np.eye(size) * length], [np.zeros((size, 2 * size))]]))
        spent, ends = start @ whole[:size, size:], start @ whole[:size, :size]
        after: dict[Cell, float] = defaultdict(float)
        moved: Moves = defaultdict(lambda: defaultdict(float))
        for i, (a, sub, entered) in enumerate(cells):
            after[(a, sub) if entered else self._older(a, sub)] += float(ends[i])
            for b in leaving[a]:
                moved[a, b][sub] += float(spent[i]) * rates[i, b]
        return after, moved

    def _partition(self) -> None:
        """By curves: an earlier one that lies above a later one is lowered, or the later lifted."""
        *alive, dead = self.structure.states
        mass = sum(self.start.values())
        within: list[list[float]] = []
        for k in range(self.n + 1):
            curves = [self.names(k).value(self.structure.curves[state]) for state in alive]
            if self.structure.crossing == "cap":
                curves = [min(curves[i:]) for i in range(len(curves))]
            elif self.structure.crossing == "raise":
                curves = [max(curves[: i + 1]) for i in range(len(curves))]
            within.append(curves)
            shares = [b - a for a, b in zip([0.0, *curves], [*curves, 1.0], strict=True)]
            self.rows.append({(state, None): mass * x for state, x in zip((*alive, dead), shares, strict=True)})
        self._seen.clear()
        for k in range(self.n):
            fall = [mass * (now - then) for now, then in zip(within[k], within[k + 1], strict=True)]
            known = {(alive[0], "*"): fall[0], ("*", dead): fall[-1]}
            if self.structure.dying:
                died = fall[0] * self.names(k).value(self.structure.dying[alive[0]])
                known[alive[0], dead] = died
                known[alive[0], alive[1]] = known["*", alive[1]] = fall[0] - died
                known[alive[1], dead] = fall[1] - died
            self.moves.append({move: {None: share} for move, share in known.items()})
