"""Random items: flows per year and per cycle, in states or for all; events; dated and entry payments; payoffs of a tree."""

from collections.abc import Sequence
from random import Random
from typing import Any

from edges.random_formulas import Formulas
from hecon import QALY, Cost, Count, Utility

CATEGORIES = {
    "care": ("disease care", "health care"), "drug": ("product", "health care"), "registry": ("programme", "other"),
    "work_up": ("disease care", "health care"), "last": ("end of life", "health care"), "scan": ("follow-up", "health care"),
    "stay": ("delivery", "health care"), "test": ("delivery", "health care"), "travel": ("travel and lodging", "out-of-pocket"),
}  # fmt: skip


def cost(name: str, amount: Any, **when: str) -> Cost:
    category, sector = CATEGORIES[name]
    return Cost(name, amount, category=category, sector=sector, **when)


def items(write: Formulas, states: Sequence[str], moves: Sequence[str], tunnels: set[str], dead: str) -> list[Any]:
    """A handful of items of a structure; in `tunnels` amounts may use `state_time`."""
    r = write.random

    def flow(base: str, least: int = 1) -> dict[str, str]:
        some = r.sample(states, r.randint(least, len(states)))
        return {state: write.amount(base, state in tunnels) for state in some}

    known = [move for move in moves if "*" not in move]
    origins = {move: move.split(" -> ")[0] for move in known}
    ways = [
        cost("care", flow("c_a"), per="year"),
        cost("registry", write.amount("c_a"), per=r.choice(("year", "cycle"))),
        cost("scan", flow("c_a"), at=write.row_time()),
        cost("stay", write.amount("c_b", alone=True)),
        Utility({state: write.amount(r.choice(("u_a", "u_b", "u_now")), state in tunnels) for state in states}),
        Utility(flow("-0.05"), name="carers", carer=True),
        Count("visits", flow("2"), per=r.choice(("year", "cycle"))),
        Count("alive", {states[0]: "1"}, at=write.row_time()),
        QALY("infusion", "-0.02 * u_b"),
        QALY("decline", {states[0]: "-0.01"}, at=write.row_time()),
    ]
    if known:
        on = r.choice(known)
        from_tunnel = origins[on] in tunnels
        ways.append(cost("work_up", write.amount("c_b", from_tunnel, alone=True), on=on))
        ways.append(QALY("relapse", write.amount("-0.03", from_tunnel, alone=True), on=on))
        ways.append(Count("moves", "1", on=on))
    whole = [
        *(m for m in moves if "*" in m),
        *({f"{a} -> *" for a in sorted(origins.values()) if a not in tunnels and not known}),
    ]
    if any(move.endswith(f"-> {dead}") for move in moves):
        whole.append(f"* -> {dead}")
    if whole:
        ways.append(cost("last", write.amount("c_b", alone=True), on=r.choice(whole)))
    chosen = r.sample(ways, r.randint(2, min(6, len(ways))))
    return [
        cost("drug", flow("c_now * hr_arm"), per=r.choice(("year", "cycle"))),
        *chosen,
    ]  # overrides always change something


def clocked(r: Random, state: str) -> list[Any]:
    """Items that a leaf adds to the structure it leads to."""
    return [
        r.choice(
            (
                cost("travel", {state: "c_a"}, per="year"),
                cost("travel", "3", per="cycle"),
                Count("trips", {state: "1"}, per="cycle"),
            )
        )
    ]


def payoffs(r: Random, most: int) -> list[Any]:
    """Payoffs of a tree, now or at a time of their own, on a year's boundary too."""
    when = r.choice(("", "", "6 months", "12 months", "2 years", "d_wait", "2 * x_share"))
    ways = [cost("test", "c_a", at=when), QALY("worry", "-0.01", at=when), Count("tests", "1", at=when)]
    return r.sample(ways, r.randint(0, most))
