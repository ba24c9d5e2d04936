"""What a ledger by year costs beside a plain run: a monthly model of 88 years, walked or closed, with a wait the same in every
draw or not; paired in one run. Bounds: until=5 at most 1.3 times the CPU and twice the memory; to the horizon at most 2.5
times the CPU, and the plain run's memory plus what is returned.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from measure import options, paired_cpu_seconds, peak_megabytes, print_own_peak, show
from monthly import BOOK, MODEL

import hecon
from hecon import Cost, DecisionTree, Ledger, Parameter, Strategy, make_book
from hecon.structure import Leaf

DRAWS = 4_000
NAMES = ("walked", "closed", "wait_by_draw")
KEEPS: dict[str, Sequence[Any]] = {"plain": (), "until_5": (Ledger(until=5),), "horizon": ("ledger",)}
MORE = [
    Cost(
        f"care_{k}",
        dict.fromkeys(MODEL.states[:4], f"{k} * c_well"),
        per="year",
        category="care",
        sector="health care",
    )
    for k in range(1, 5)
]
CLOSED = {
    "remission -> relapse": "0.01 * hr", "remission -> dead": "r_old", "relapse -> second_line": "0.1 * r_second",
    "second_line -> transplant": "0.1 * r_graft", "transplant -> cured": "0.1 * r_cure", "relapse -> dead": "0.02",
    "second_line -> dead": "0.02", "cured -> dead": "r_old",
}  # fmt: skip


def model(transitions: dict[str, str] | None, wait: str) -> Any:
    """Two strategies with five cost items each, entered after a wait."""
    changes = {"transitions": transitions} if transitions else {}
    cohort = replace(MODEL, outcomes=(*MODEL.outcomes, *MORE), strategies=(), title="", discount=None, **changes)
    arms = [Strategy(s.name, to=Leaf(cohort, start="remission", let=s.let), lasts=wait) for s in MODEL.strategies]
    return DecisionTree("Monthly", arms, {"cost": "dr", "effect": "dr"}, "continuous")


def cases() -> dict[str, tuple[Any, Any]]:
    """Each model with its draws."""
    wait = Parameter(name="d_wait", value=0.25, distribution="gamma", par1=25, par2=0.01)
    book = make_book("ledger", [*BOOK.parameters.values(), wait])
    draws = book.sample(DRAWS, seed=1)
    return {
        "walked": (model(None, "3 months"), draws),
        "closed": (model(CLOSED, "3 months"), draws),
        "wait_by_draw": (model(None, "d_wait"), draws),
    }


def peaks() -> dict[str, dict[str, float]]:
    """Peak memory of each case and ledger in a process of its own; a child starts from its parent's peak, so these come first."""
    return {name: {keep: peak_megabytes(__file__, name, keep) for keep in KEEPS} for name in NAMES}


def measured(name: str, peak: dict[str, float]) -> dict[str, float]:
    """Ratios of CPU and of memory of one case."""
    tree, draws = cases()[name]
    found = {}
    for keep in ("until_5", "horizon"):
        one, other = paired_cpu_seconds(
            lambda: hecon.run(tree, draws), lambda keep=keep: hecon.run(tree, draws, keep=KEEPS[keep]), runs=3
        )
        kept = hecon.run(tree, draws, keep=KEEPS[keep]).kept["ledger"]
        returned = (kept.undiscounted.nbytes + kept.discounted.nbytes) / 2**20
        found[f"{name}_{keep}_cpu_over_plain"] = other / one
        found[f"{name}_{keep}_memory_over_plain"] = peak[keep] / peak["plain"]
        found[f"{name}_{keep}_megabytes_unreturned"] = peak[keep] - peak["plain"] - returned
    return found


def child(name: str, keep: str) -> None:
    """One run, and its peak of memory."""
    tree, draws = cases()[name]
    hecon.run(tree, draws, keep=KEEPS[keep])
    print_own_peak()


def main() -> None:
    """Measure and show."""
    asked = options(__doc__ or "")
    if asked.child:
        child(*asked.child)
        return
    memory = peaks()
    show({key: value for name in NAMES for key, value in measured(name, memory[name]).items()}, asked.json)


if __name__ == "__main__":
    main()
