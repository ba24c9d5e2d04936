"""What one batch of sets of inputs comes to, in either engine: totals and all that is looked at beside them, in one shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.outcomes import Outcomes

Name = tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """Everything of a batch beside its totals, each by a name.

    `ledger` {("undiscounted" or "discounted", kind, item): (set, strategy, year)}, `occupancy` {(strategy, structure, state):
    (set, row)}, `checks` {(strategy, place, name): (set, 4) value, target, within, whether it passed}, `reports` {(strategy,
    name): (set,)}.
    """

    ledger: Mapping[Name, Array] = field(default_factory=dict)
    occupancy: Mapping[Name, Array] = field(default_factory=dict)
    checks: Mapping[Name, Array] = field(default_factory=dict)
    reports: Mapping[Name, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbers:
    """A batch: `totals` (set, strategy, item), `quantities` {(price parameter, kind, item): (set, strategy)} and `looked`."""

    totals: Array
    quantities: Mapping[Name, Array]
    looked: Looked | None = None


def of_outcomes(found: Outcomes) -> Numbers:
    """The engine's numbers, of a run that kept its ledger and trace or of one that did not.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> of_outcomes(from_totals(("a",), [[3.0]], [[1.0]])).totals.tolist()
    [[[3.0, 1.0]]]
    """
    quantities: dict[Name, Array] = {
        (one.name, "cost", one.item): np.transpose(one.quantity) for one in found.price_parameters
    }
    totals = np.moveaxis(found.values, 2, 0)
    if "ledger" not in found.kept:
        return Numbers(totals, quantities)
    return Numbers(totals, quantities, Looked(_ledger(found), _occupancy(found), _checks(found), _reports(found)))


def _ledger(found: Outcomes) -> dict[Name, Array]:
    kept, places = found.kept["ledger"], list(found.strategies)
    made: dict[Name, Array] = {}
    for what in ("undiscounted", "discounted"):
        amounts = getattr(kept, what)
        for k, item in enumerate(kept.items):
            years = np.zeros((amounts.shape[3], len(places), amounts.shape[2]))
            for p, (strategy, _) in enumerate(kept.places):
                years[:, places.index(strategy)] += amounts[p, k].T
            made[what, item.kind, item.name] = years
    return made


def _occupancy(found: Outcomes) -> dict[Name, Array]:
    made: dict[Name, Array] = {}
    for strategy, traces in found.kept["trace"].items():
        with_states = [states for _, states in (traces if isinstance(traces, list) else [traces]) if states]
        for k, states in enumerate(with_states):
            made.update({(strategy, str(k + 1), state): np.transpose(share) for state, share in states.items()})
    return made


def _checks(found: Outcomes) -> dict[Name, Array]:
    n = found.values.shape[2]
    return {
        (one.strategy, one.place, one.name): np.transpose(
            [np.broadcast_to(x, n) for x in (one.value, one.target, one.within, one.passed)]
        ).astype(float)
        for one in found.kept["checks"]
    }


def _reports(found: Outcomes) -> dict[Name, Array]:
    n = found.values.shape[2]
    return {key: np.broadcast_to(x, n) for key, x in found.kept["reports"].items() if np.ndim(x) < 2}


def of_looks(looks: Sequence[Mapping[str, Any]], strategies: int, items: Sequence[tuple[str, str]]) -> Looked:
    """The same of what a script told set by set (`verify_runs.js`, numbers decoded).

    >>> spent = np.array([5.0, 4.0])
    >>> look = {"years": 2, "undiscounted": spent, "discounted": spent, "trace": (), "checks": (), "reports": ()}
    >>> of_looks([look], 1, [("cost", "drug")]).ledger["discounted", "cost", "drug"].tolist()
    [[[5.0, 4.0]]]
    """
    ledger: dict[Name, Array] = {}
    occupancy: dict[Name, Array] = {}
    checks: dict[Name, Array] = {}
    reports: dict[Name, Array] = {}
    years = max((look["years"] for look in looks), default=1)
    for what in ("undiscounted", "discounted"):
        whole = np.zeros((len(looks), strategies, len(items), years))
        for k, look in enumerate(looks):
            whole[k, :, :, : look["years"]] = look[what].reshape(strategies, len(items), look["years"])
        ledger.update({(what, *item): whole[:, :, i] for i, item in enumerate(items)})
    for k, look in enumerate(looks):
        seen: dict[str, int] = {}
        for one in look["trace"]:
            number = seen[one["strategy"]] = seen.get(one["strategy"], 0) + 1
            for state, share in zip(one["states"], one["occupancy"], strict=True):
                _put(occupancy, (one["strategy"], str(number), state), k, len(looks), share)
        for one in look["checks"]:
            told = [float(one[key]) for key in ("value", "target", "within", "passed")]
            _put(checks, (one["strategy"], one["place"], one["name"]), k, len(looks), np.array(told))
        for one in look["reports"]:
            _put(reports, (one["strategy"], one["name"]), k, len(looks), np.array(float(one["value"])))
    return Looked(ledger, occupancy, checks, reports)


def _put(found: dict[Name, Array], name: Name, k: int, count: int, value: Array) -> None:
    """One set's numbers; what another set has not is no number there."""
    if name not in found:
        found[name] = np.full((count, *value.shape), np.nan)
    found[name][k] = value
