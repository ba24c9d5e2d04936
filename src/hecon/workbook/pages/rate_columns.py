"""Columns of a cohort that moves by rates: uniformisation as a fixed number of steps, with what it leaves out shown live.

With L the largest way out of a state times the cycle, the state vector after a cycle is exp(-L) sum_j (L I + Q)^j / j!;
step j has a column per state, and the time spent in a state within a cycle is added up the same way.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hecon.evaluate.engine.cohort import terms_needed
from hecon.outcomes import Array
from hecon.workbook.pages.page import Column, Source

if TYPE_CHECKING:
    from hecon.workbook.pages.clock_columns import ClockColumns

HEADROOM = 2.0  # steps suffice for rates this many times those of the base case
FEWEST = 12


def steps_for(largest: float) -> int:
    """How many steps are written for a largest rate x cycle of the base case.

    >>> steps_for(0.0), steps_for(0.33) < 20
    (12, True)
    """
    return max(FEWEST, terms_needed(HEADROOM * largest))


def write_rates(columns: "ClockColumns") -> None:
    """Rates, the largest way out, the steps of each state and the state vector, down the rows."""
    block, page, speller, cell = columns.block, columns.page, columns.speller, columns.cell
    vector = block.states
    assert vector is not None
    cycle = speller.name("cycle_years", "")
    for (a, b), entry in vector.entries.items():
        columns.entry(a, b, entry)
    out = {a: "+".join(columns.entries[e] for e in vector.entries if e[0] == a) for a in vector.states}
    ways = [f"({text})*{cycle}" for text in out.values() if text]
    source = Source(block.name, "rate step", ("top", 0))
    top = columns.column(
        "largest rate x cycle", f"MAX({','.join(ways)})", source, "L, the largest way out of a state", "steps"
    )
    top.last = False
    stay = {}
    for a in vector.states:
        text = cell(top) + (f"-({out[a]})*{cycle}" if out[a] else "")
        source = Source(block.name, "rate step", (f"stay {a}", 0))
        stay[a] = columns.column(f"{a}, held", text, source, "L less its own way out", "steps")
        stay[a].last = False
    steps = columns.speller.twin.steps[block.name]
    term = dict(columns.states)
    every = {a: [cell(columns.states[a])] for a in vector.states}
    for j in range(1, steps + 1):
        new = {}
        for b in vector.states:
            held = f"{cell(term[b])}*{cell(stay[b])}"
            into = [f"{cell(term[a])}*{_factor(columns.entries[a, c])}*{cycle}" for a, c in vector.entries if c == b]
            text = f"({'+'.join([held, *into])})/{j}"
            new[b] = Column(f"{b}, step {j}", text, Source(block.name, "rate step", (b, j)), "", "steps", last=False)
            page.add(new[b])
            columns.steps[b, j] = new[b]
            every[b].append(cell(new[b]))
        term = new
    up = page.register.shifted
    for a in vector.states:
        columns.states[a].first = speller.text(vector.start[a])
        columns.states[a].text = up(f"({'+'.join(every[a])})*EXP(-{cell(top)})", -1)
    columns.add_up()
    before = up(cell(columns.made["all states"]), -1)
    text, source = f"{before}-{cell(columns.made['all states'])}", Source(block.name, "rate step", ("left out", 0))
    left_out = columns.column("left out", text, source, "mass that the steps leave out; Checks watches it", "steps")
    left_out.first = "0"
    columns.speller.twin.remainders.append((page, left_out))


def time_spent(columns: "ClockColumns", a: str) -> str:
    """The time spent in a state within a cycle, in cycles: exp(-L) sum_j s_j, s_j = (s_(j-1) L + step_(j-1)) / j."""
    if a in columns.counted:
        return columns.counted[a]
    cell = columns.cell
    top = columns.made["largest rate x cycle"]
    cycle = columns.speller.name("cycle_years", "")
    before, every = "", []
    for j in range(1, columns.speller.twin.steps[columns.block.name] + 1):
        step = columns.states[a] if j == 1 else columns.steps[a, j - 1]
        text = f"({before}*{cell(top)}+{cell(step)})/{j}" if before else cell(step)
        made = Column(
            f"{a}, time {j}", text, Source(columns.block.name, "rate step", (f"time {a}", j)), "", "steps", last=False
        )
        columns.page.add(made)
        before = cell(made)
        every.append(before)
    text = f"({'+'.join(every)})*EXP(-{cell(top)})*{cycle}"
    source = Source(columns.block.name, "rate step", (f"time {a}", 0))
    total = columns.column(f"{a}, time", text, source, "years spent in the state within the cycle", "moves")
    total.last = False
    columns.counted[a] = cell(total)
    return columns.counted[a]


def step_values(
    states: Sequence[str],
    occupancy: Mapping[str, Array],
    moves: Mapping[tuple[str, str], Array],
    cycle_years: float,
    steps: int,
) -> dict[tuple[str, int], Array]:
    """The numbers of the steps, (row, draw) each, from the engine's occupancy and rates; the workbook's own sequence.

    >>> one = np.ones((1, 1))
    >>> found = step_values(("a", "b"), {"a": one, "b": 0 * one}, {("a", "b"): 0.5 * one}, 1.0, 2)
    >>> found["b", 1].tolist(), found["time a", 1].tolist()
    ([[0.5]], [[1.0]])
    """
    found: dict[tuple[str, int], Array] = {}
    zero = np.zeros_like(next(iter(occupancy.values())))
    out = {a: sum((rate for (x, _), rate in moves.items() if x == a), start=zero) * cycle_years for a in states}
    top = np.max(np.stack(list(out.values())), axis=0)
    found["top", 0] = top
    term = {a: np.asarray(occupancy[a]) for a in states}
    spent = dict.fromkeys(states, zero)
    total = dict.fromkeys(states, zero)
    for a in states:
        found[f"stay {a}", 0] = top - out[a]
    for j in range(1, steps + 1):
        for a in states:
            spent[a] = (spent[a] * top + term[a]) / j
            total[a] = total[a] + spent[a]
            found[f"time {a}", j] = spent[a]
        new = {b: term[b] * found[f"stay {b}", 0] for b in states}
        for (a, b), rate in moves.items():
            new[b] = new[b] + term[a] * rate * cycle_years
        term = {b: x / j for b, x in new.items()}
        found |= {(b, j): x for b, x in term.items()}
    for a in states:
        found[f"time {a}", 0] = total[a] * np.exp(-top) * cycle_years
    mass = np.asarray(sum(np.asarray(occupancy[a]) for a in states))
    found["left out", 0] = np.concatenate([np.zeros_like(mass[:1]), mass[:-1] - mass[1:]])
    return found


def _factor(text: str) -> str:
    return text if text.startswith(("\x01", "(")) or text.replace(".", "").replace("_", "").isalnum() else f"({text})"
