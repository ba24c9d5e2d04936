"""Random models, each by its seed: cohorts with tunnels, rates and several starts, partitioned survival, trees over both.

All take their numbers from one book. `Kinds` says what they may hold, so that a difference can be narrowed down.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

import hecon
from edges.plain_cohort import Column
from edges.random_formulas import Formulas
from edges.random_items import clocked, cost, items, payoffs
from hecon import (
    Branch,
    Chance,
    DecisionTree,
    Leaf,
    LifeYears,
    MarkovModel,
    Parameter,
    PartitionedSurvival,
    Strategy,
    Tunnel,
)

AGE = 58
CLOCKS = (  # cycle, the most cycles
    ("1 year", 8), ("6 months", 9), ("3 months", 10), ("1 month", 16), ("2 weeks", 12), ("1 week", 12), ("1 day", 8),
    ("2 years", 4),
)  # fmt: skip
BOOK = hecon.make_book(
    "random models",
    [
        Parameter(name="p_a", value=0.2, distribution="beta", par1=40, par2=160),
        Parameter(name="p_b", value=0.1, distribution="beta", par1=10, par2=90),
        Parameter(name="r_a", value=0.2, distribution="gamma", par1=25, par2=0.008),
        Parameter(name="r_b", value=0.05, distribution="gamma", par1=25, par2=0.002),
        Parameter(name="hr_drug", value=0.7),
        Parameter(name="x_share", value=0.5, distribution="beta", par1=20, par2=20),
        Parameter(name="c_a", value=100.0, distribution="gamma", par1=25, par2=4),
        Parameter(name="c_b", value=2500.0),
        Parameter(name="u_a", value=0.85, distribution="beta", par1=85, par2=15),
        Parameter(name="u_b", value=0.5, distribution="beta", par1=50, par2=50),
        Parameter(name="d_wait", value=0.6, distribution="gamma", par1=9, par2=0.0666666666666667),
        Parameter(name="age_start", value=float(AGE)),
        Parameter(name="dr_cost", value=0.04),
        Parameter(name="dr_effect", value=0.015),
    ],
    tables={
        "risk": {"age": [float(a) for a in range(50, 90)], "p": [0.02 + 0.004 * (a - 50) for a in range(50, 90)]},
        "fee": {"year": [0.0, 0.5, 1.0, 2.5, 4.0, 40.0], "c": [900.0, 400.0, 250.0, 125.0, 75.0, 60.0]},
    },
)


TABLES = {
    name: Column(tuple(map(float, table.index)), tuple(map(float, next(iter(table.columns.values())))))
    for name, table in BOOK.tables.items()
}  # as the plain loops read them


@dataclass(frozen=True)
class Kinds:
    """What the models may hold: amounts that change over a run, whole-year discounting, names of an interval's middle, rates
    of tunnel states.
    """

    stepped: bool = True
    whole_year: bool = True
    middles: bool = True
    tunnel_rates: bool = True


KINDS = Kinds(tunnel_rates=False)


def random_model(seed: int, kinds: Kinds) -> Any:
    """A model of its own for every seed."""
    r = Random(seed)
    kind = r.choice(("markov", "markov", "tree", "tree", "tree", "partitioned"))
    decision = _decision(r, kinds)
    kinds = replace(kinds, whole_year=decision["discount_timing"] == "whole_year")
    if kind == "tree":
        return _tree(r, kinds, decision)
    alone = {**decision, "strategies": [_alone(r, name) for name in ("usual", "new")[: r.randint(1, 2)]]}
    return (_markov if kind == "markov" else _partitioned)(r, kinds, "cohort", **alone)


def _decision(r: Random, kinds: Kinds) -> dict[str, Any]:
    rates = ("0", "0.03", "dr_cost", "dr_effect", [(0, "dr_cost"), (1.5, "0.02"), (3, "0.01")])
    timing = r.choice(("continuous", "whole_year")) if kinds.whole_year else "continuous"
    discount = {"cost": r.choice(rates), "effect": r.choice(rates)}
    return {"title": "Random", "age": "age_start", "discount": discount, "discount_timing": timing}


def _wait(r: Random) -> str:
    return r.choice(("0", "0", "0", "d_wait", "d_wait + 0.75", "6 months", "1", "12 months", "0.3", "2 * x_share"))


def _alone(r: Random, name: str) -> Strategy:
    let = {"hr_arm": "hr_drug"} if name == "new" else {}
    return Strategy(name, let=let, lasts=_wait(r), outcomes=payoffs(r, 1))


def _clock(r: Random) -> tuple[str, int]:
    cycle, most = r.choice(CLOCKS)
    return cycle, r.randint(1, most)


def _method(r: Random, simpson: bool) -> dict[str, str]:
    method = r.choice(("start", "end", "half-cycle", "half-cycle", *(("simpson",) if simpson else ())))
    flows = r.choice(("boundaries", "boundaries", "start", "mid", "end")) if method == "half-cycle" else "boundaries"
    return {"within_cycle": method, "flows": flows, "events": r.choice(("start", "mid", "end"))}


def _markov(r: Random, kinds: Kinds, name: str, **alone: Any) -> MarkovModel:
    cycle, n = _clock(r)
    steady = r.random() < 0.14  # long, and the same in every cycle: the engine does not walk such a cohort
    if steady:
        n = r.randint(30, 48)
    states = ("well", "ill", "late")[: r.randint(2, 3)]
    by_rate = r.random() < 0.35
    tunnels = {}
    if not steady and (not by_rate or kinds.tunnel_rates):
        for state in states:
            if r.random() < 0.35:
                length = r.choice((1, 2, 3, 4, 6, n + 1))
                tunnels[state] = Tunnel(length, last="error" if length > n and r.random() < 0.5 else "stay")
    write = Formulas(r, cycle, n, AGE, kinds.stepped and not steady, kinds.middles and r.random() < 0.3, steady)
    moves: dict[str, str] = {}
    for a in states:
        others = [b for b in (*states, "dead") if b != a]
        for b in r.sample(others, r.randint(1, min(3, len(others)))):
            moves[f"{a} -> {b}"] = write.rate(a in tunnels) if by_rate else write.probability(a in tunnels)
        if not by_rate and r.random() < 0.3:  # a row in full, with its rest somewhere
            ways = [move for move in moves if move.startswith(a)]
            moves[f"{a} -> {a}"] = "C"
            if len(ways) == 1 and r.random() < 0.6:
                moves |= {ways[0]: "C", f"{a} -> {a}": "1 - p_a - 0.1"}
    if alone:
        alone["start"] = {"well": "x_share", "ill": "1 - x_share"} if r.random() < 0.4 else r.choice(states)
    what: dict[str, Any] = {"rates" if by_rate else "transitions": moves, "tunnels": tunnels}
    method = _method(r, not tunnels)
    if steady:
        method |= {"flows": "boundaries", "within_cycle": r.choice(("start", "end", "half-cycle"))}
    return MarkovModel(
        (*states, "dead"), cycle, f"{n} cycles", **method, **what, let=write.let, dead=("dead",), name=name,
        outcomes=items(write, states, list(moves), set(tunnels), "dead"), **alone,
    )  # fmt: skip


def _partitioned(r: Random, kinds: Kinds, name: str, **alone: Any) -> PartitionedSurvival:
    cycle, n = _clock(r)
    states = ("well", "ill", "late")[: r.randint(1, 3)]
    write = Formulas(r, cycle, n, AGE, kinds.stepped, kinds.middles and r.random() < 0.3)
    curves = {state: write.curve(k) for k, state in enumerate(reversed(states))}
    known = [f"{states[0]} -> *", "* -> dead"]
    dying = {}
    if len(states) == 2 and r.random() < 0.5:
        dying = {"well": "0.2 * p_b"}
        known += ["well -> dead", "well -> ill", "ill -> dead", "* -> ill"]
    return PartitionedSurvival(
        (*states, "dead"), curves, r.choice(("cap", "raise")), cycle, f"{n} cycles", **_method(r, True), let=write.let,
        dying=dying, name=name, outcomes=items(write, states, known, set(), "dead"), **alone,
    )  # fmt: skip


def _tree(r: Random, kinds: Kinds, decision: dict[str, Any]) -> DecisionTree:
    structures = [
        (_markov if r.random() < 0.65 else _partitioned)(r, kinds, f"course_{k}") for k in range(r.randint(1, 2))
    ]
    strategies = []
    for name in ("usual", "new")[: r.randint(1, 2)]:
        wait = _wait(r)
        outcomes = [cost("test", "c_a * hr_arm"), *payoffs(r, 2)]
        if wait not in ("0", "6 months", "12 months"):
            outcomes += [LifeYears(wait)]
        to = _node(r, kinds, structures, 2)
        strategies.append(
            Strategy(name, "", to, {"hr_arm": "hr_drug"} if name == "new" else {}, lasts=wait, outcomes=outcomes)
        )
    return DecisionTree(strategies=strategies, let={"hr_arm": "1"}, **decision)


def _node(r: Random, kinds: Kinds, structures: list[Any], depth: int) -> Any:
    if not depth or r.random() < (0.6 if depth == 1 else 0.25):
        return _leaf(r, kinds, structures)
    ways = r.choice((("C",), ("x_share", "C"), ("0.3 * x_share", "p_a", "C"), ("x_share", "1 - x_share")))
    return Chance(
        *(
            Branch(f"way {k}", p, _node(r, kinds, structures, depth - 1), outcomes=payoffs(r, 1))
            for k, p in enumerate(ways)
        )
    )


def _leaf(r: Random, kinds: Kinds, structures: list[Any]) -> Leaf:
    if r.random() < 0.15:
        return Leaf(outcomes=payoffs(r, 2))
    structure = r.choice(structures)
    given: dict[str, Any] = {}
    if r.random() < 0.4:
        given["let"] = {"c_now": r.choice(("c_b / 2", "where(cycle < 2, c_a, 0)" if kinds.stepped else "3 * c_a"))}
    if isinstance(structure, MarkovModel):
        alive = structure.states[:-1]
        mixed = ({"well": "x_share", "ill": "1 - x_share"}, {"well": "0.5", "ill": "0.3", "dead": "0.2"})
        given["start"] = r.choice((*alive, *alive, "dead", *mixed))
        word = "rates" if structure.rates is not None else "transitions"
        moves = [move for move, text in getattr(structure, word).items() if text != "C"]
        if moves and r.random() < 0.3:
            given[word] = {r.choice(moves): "0.05"}
    extra = clocked(r, structure.states[0]) if r.random() < 0.3 else []
    return Leaf(structure, outcomes=[*payoffs(r, 1), *extra], **given)
