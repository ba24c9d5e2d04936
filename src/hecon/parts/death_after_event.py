"""Death after an event, solved inside the model: the hazard at which overall survival meets its published points.

Event-free and overall survival do not say how fast those die who had an event. With the share of events that are
deaths given, one hazard per interval is left, and it follows from the points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = 6  # of Newton's rule; each doubles the digits


@dataclass(frozen=True)
class Interval:
    """From one point of overall survival to the next; `pieces` are the points of event-free survival on the way.

    `alive` and each piece's survival are formulas, those at the interval's end; a piece lasts so many cycles.

    >>> Interval("0_12", "p_os_12", (("p_efs_6", 6), ("p_efs_12", 6))).cycles
    12
    """

    name: str
    alive: str
    pieces: tuple[tuple[str, int], ...]

    @property
    def cycles(self) -> int:
        """Its length."""
        return sum(cycles for _, cycles in self.pieces)


def with_sampling_error(survival: str, error: str, at_risk: str) -> str:
    """Formula: the share that survives an interval, moved by `error` standard errors on the scale of log odds.

    `error` is a standard normal input that is 0 in the base case; the standard error is that of a share among `at_risk`.

    >>> from math import exp, log, sqrt
    >>> round(eval(with_sampling_error("0.8", "1", "100")), 4)  # log odds 1.386 + 1 / sqrt(16)
    0.837
    """
    odds = f"log({survival} / (1 - {survival})) + {error} / sqrt({at_risk} * {survival} * (1 - {survival}))"
    return f"1 / (1 + exp(-({odds})))"


def death_after_event(intervals: Sequence[Interval], share_dying: str, steps: int = _STEPS) -> dict[str, str]:
    """Formulas for a let: `x_NAME` for each interval, the hazard per cycle of death of those alive after an event.

    In every cycle a constant share of the event-free has an event, `share_dying` of these by dying at once; those alive
    after an event at the start of the cycle die with 1 - exp(-x). The number alive after an event at the end,
    R(x), falls with x, and log R is convex (a sum of exponentials), so that Newton's rule from 0 comes to the root from
    one side and needs no bracket. Where no hazard of 0 or more meets the points x is negative, and the model refuses
    the negative probability.

    One cycle, nobody after an event at its start: nobody dies after it, and 0.9 of the 0.5 with an event are left. In a
    second cycle without events a half of these dies at a hazard of log 2 = 0.693:

    >>> from math import exp, log
    >>> let = death_after_event([Interval("0_2", "0.725", (("0.5", 1), ("0.5", 1)))], "0.1")
    >>> names = {}
    >>> for name, text in let.items():
    ...     names[name] = eval(text, {"exp": exp, "log": log, "abs": abs}, names)
    >>> round(names["x_0_2"], 6)
    0.693147
    """
    let: dict[str, str] = {}
    alive, event_free = "1", "1"
    for one in intervals:
        left, enter, stay = one.cycles, [], []
        after = f"({alive} - {event_free})"
        for k, (survival, cycles) in enumerate(one.pieces, 1):
            let[f"stay_{one.name}_{k}"] = f"(({survival}) / ({event_free})) ** (1 / {cycles})"
            let[f"enter_{one.name}_{k}"] = f"({event_free}) * (1 - stay_{one.name}_{k}) * (1 - {share_dying})"
            event_free = survival
            stay.append((f"stay_{one.name}_{k}", cycles))
            left -= cycles
            enter.append((f"enter_{one.name}_{k}", left))
        alive = one.alive
        let |= _newton(one, after, f"(({alive}) - ({event_free}))", stay, enter, steps)
    return let


def _newton(
    one: Interval, after: str, target: str, stay: list[tuple[str, int]], enter: list[tuple[str, int]], steps: int
) -> dict[str, str]:
    """R(q) = after q^n + sum of enter g q^later with g = (stay^m - q^m) / (stay - q) and its slope written
    out as sums, because a difference over a small gap has few digits; the next x.
    """
    let, n = {}, one.cycles
    for step in range(1, steps + 1):
        tag = f"{one.name}_{step}"
        q = f"q_{tag}"
        let[q] = f"exp(-x_{one.name}_{step - 1})" if step > 1 else "1"
        sums, slopes = [f"{after} * {q} ** {n}"], [f"{after} * {n} * {q} ** {n - 1}"]
        for k, ((s, m), (amount, later)) in enumerate(zip(stay, enter, strict=True), 1):
            g, dg = (f"{word}_{tag}_{k}" for word in ("g", "slope"))
            let[g] = " + ".join(f"{s} ** {m - 1 - j} * {q} ** {j}" for j in range(m))
            let[dg] = " + ".join(f"{j} * {s} ** {m - 1 - j} * {q} ** {j - 1}" for j in range(1, m)) or "0"
            moved = f"({dg} * {q} ** {later} + {g} * {later} * {q} ** {later - 1})" if later else dg
            sums.append(f"{amount} * {g} * {q} ** {later}" if later else f"{amount} * {g}")
            slopes.append(f"{amount} * {moved}")
        let[f"left_{tag}"] = " + ".join(sums)
        before = f"x_{one.name}_{step - 1} + " if step > 1 else ""
        slope = f"({q} * ({' + '.join(slopes)}))"
        name = f"x_{one.name}_{step}" if step < steps else f"x_{one.name}"
        let[name] = f"{before}log(left_{tag} / {target}) * left_{tag} / {slope}"
    return let
