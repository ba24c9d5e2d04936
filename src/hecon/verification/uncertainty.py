"""Tests of uncertainty: draws against their own distributions, the PSA against the base case, what is left certain."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from hecon.evaluate.run import run
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.units import unit_of
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SURE = 4.5  # standard errors; of 300 inputs one in 500 runs lies beyond
_FAMILIES = {  # families that a kind of input cannot have
    "ratio": ("beta",),
    "money": ("beta",),
    "probability": ("gamma", "lognormal"),
}


def draws_as_declared(subject: Subject) -> Iterator[Finding]:
    """Means and standard deviations of the draws are those of their distributions."""
    draws = subject.draws
    for name in draws.names:
        spec = subject.book.margins.distributions[name]
        x = np.asarray(draws[name], dtype=float)
        sd = float(spec.sd)
        if not (np.isfinite(sd) and sd > 0):
            continue
        z = (x.mean() - spec.mean) / (sd / np.sqrt(x.size))
        if abs(z) > _SURE:
            yield Finding(
                f"the mean of the draws of {name} is {abs(z):.1f} standard errors from its distribution's", got=float(x.mean()),
                wanted=float(spec.mean), cell=subject.book.parameters[name].place("distribution"),
            )  # fmt: skip
        heavy = float(np.mean((x - x.mean()) ** 4) / x.var() ** 2) if x.var() > 0 else 3.0
        if abs(x.std() / sd - 1) > _SURE * np.sqrt(max(heavy - 1, 0.5) / 4 / x.size) + 0.02:
            yield Finding(
                f"the standard deviation of the draws of {name} is not its distribution's", got=float(x.std()), wanted=sd,
                cell=subject.book.parameters[name].place("distribution"), verdict=INFORMS,
            )  # fmt: skip


def draws_in_range(subject: Subject) -> Iterator[Finding]:
    """Every draw lies where its input may lie."""
    from hecon.inputs.support import draw_faults

    for fault in draw_faults(subject.draws):
        yield Finding(str(fault))
    for name in subject.draws.names:
        one, x = subject.book.parameters[name], np.asarray(subject.draws[name], dtype=float)
        low, high = {"probability": (0, 1), "utility": (-1, 1), "money": (0, np.inf)}.get(
            unit_of(one).kind, (-np.inf, np.inf)
        )
        count = int(((x < low - 1e-9) | (x > high + 1e-9)).sum())
        if count:
            yield Finding(
                f"{count} of {x.size} draws of {name} are no {unit_of(one).kind}", got=float(x[(x < low) | (x > high)][0]),
                cell=one.place("distribution"), verdict="fails" if not one.support else INFORMS,
            )  # fmt: skip


def plausible_spread(subject: Subject) -> Iterator[Finding]:
    """A distribution of a mean is neither as wide as a spread between patients nor as narrow as a slip of scale."""
    if not subject.book.margins.varying:
        raise DoesNotApplyError("no input has a distribution")
    for name, one in subject.book.parameters.items():
        spec = subject.book.margins.distributions[name]
        sd, mean = float(spec.sd), float(spec.mean)
        if not (np.isfinite(sd) and sd > 0) or subject.roles[name] == "choice":
            continue
        kind = unit_of(one).kind
        cell = one.place("distribution")
        family = spec.family.split()[0] if hasattr(spec, "family") else ""
        if family in _FAMILIES.get(kind, ()):
            yield Finding(
                f"{name} is a {kind} and is drawn from a {family}: another scale", got=one.value, cell=cell,
                verdict="fails" if kind == "money" or subject.roles[name] == "effect" else INFORMS,
            )  # fmt: skip
        share = sd / abs(mean) if mean else 0.0
        bounded = kind in ("probability", "utility") or one.name.startswith(("p_", "u_"))
        if bounded and 0 < mean < 1 and sd > 0.7 * np.sqrt(mean * (1 - mean)):
            yield Finding(
                f"{name} is drawn from almost only 0 and 1: a standard deviation between patients in place of a standard error?",
                got=sd, wanted=float(np.sqrt(mean * (1 - mean)) / 10), cell=cell,
            )  # fmt: skip
        elif not bounded and kind in ("money", "ratio", "time", "count", "rate") and share > 1:
            yield Finding(
                f"{name} has a standard error of {share:.0%} of its mean: a standard deviation between patients in place of a"
                " standard error?", got=sd, wanted=mean, cell=cell, verdict="fails" if share > 1.5 else INFORMS,
            )  # fmt: skip
        if 0 < share < 1e-4 and kind:
            yield Finding(
                f"{name} hardly varies: its standard error on another scale?", got=sd, wanted=0.1 * abs(mean), cell=cell
            )


def correlated(subject: Subject) -> Iterator[Finding]:
    """Draws are correlated as declared; shares of a whole add up to it."""
    rows = [one for one in subject.book.correlations if one.kind == "correlation" and one.name_1 != one.name_2]
    whole = [group for group in subject.book.margins.groups if isinstance(group, Dirichlet)]
    if not (rows or whole):
        raise DoesNotApplyError("no correlations and no shares of a whole")
    for one in rows:
        got = float(np.corrcoef(subject.draws[one.name_1], subject.draws[one.name_2])[0, 1])
        if (
            abs(got - one.value) > _SURE * (1 - one.value**2) / np.sqrt(subject.draws.n) + 0.03
        ):  # a copula's is a little less
            yield Finding("the draws are not correlated as declared", one.place, got, one.value)
    for group in whole:
        total = sum(np.asarray(subject.draws[m], dtype=float) for m in group.members)
        worst = float(np.asarray(total)[np.abs(total - 1).argmax()])
        if abs(worst - 1) > 1e-9:
            yield Finding(f"{', '.join(group.members)} do not add up to 1", got=worst, wanted=1.0)


def ordered_utilities(subject: Subject) -> Iterator[Finding]:
    """The order that the utilities of states have in the base case holds in the draws."""
    names = [n for n in subject.needed("utility") if n in subject.draws.names]
    if len(names) < 2:
        raise DoesNotApplyError("fewer than two utilities vary")
    for one, two in combinations(names, 2):
        a, b = (subject.book.parameters[n].value for n in (one, two))
        if abs(a - b) < 1e-9:
            continue
        high, low = (one, two) if a > b else (two, one)
        reversed_share = float(np.mean(np.asarray(subject.draws[high]) < np.asarray(subject.draws[low])))
        if reversed_share > 0.01:
            yield Finding(
                f"{low} lies above {high} in {reversed_share:.0%} of the draws", got=reversed_share, wanted=0.0,
                cell=subject.cells([high, low]), verdict=INFORMS,
            )  # fmt: skip


def curves_in_draws(subject: Subject) -> Iterator[Finding]:
    """Curves cross in no draw."""
    reports = {key: x for key, x in subject.psa.kept["reports"].items() if key[1] == "crossings"}
    if not reports:
        raise DoesNotApplyError("no partitioned survival")
    for (strategy, _), x in reports.items():
        share = float(np.mean(np.asarray(x) > 0))
        if share > 0.01:
            yield Finding(
                f"curves cross in {share:.0%} of the draws", f"strategy {strategy}", share, 0.0, verdict=INFORMS
            )


def mean_of_draws(subject: Subject) -> Iterator[Finding]:
    """Means of the PSA lie within three Monte Carlo errors of the base case; a nonlinear model differs by more."""
    base, psa = subject.base, subject.psa
    perspective = subject.book.settings.get("perspective", "") or next(iter(base.perspectives))
    for what, one, all_ in (
        ("cost", base.cost(perspective), psa.cost(perspective)),
        ("QALYs", base.effect(), psa.effect()),
        ("life-years", base.effect("ly_undiscounted"), psa.effect("ly_undiscounted")),
    ):
        for k, strategy in enumerate(base.strategies):
            error = float(all_[k].std() / np.sqrt(all_.shape[1]))
            gap = float(all_[k].mean() - one[k, 0])
            if error > 0 and abs(gap) > 3 * error:
                spread = float(all_[k].std())
                yield Finding(
                    f"the mean of {what} over the draws is {gap / error:+.1f} Monte Carlo errors ({gap / spread:+.2f} standard"
                    " deviations) from the base case", f"strategy {strategy}", float(all_[k].mean()), float(one[k, 0]),
                    verdict="fails" if abs(gap) > 1.5 * spread else INFORMS,
                )  # fmt: skip


def left_certain(subject: Subject) -> Iterator[Finding]:
    """What moves results is uncertain, or is a choice, a price or a rate that is decided."""
    if not subject.book.margins.varying:
        raise DoesNotApplyError("no input has a distribution")
    kept = []
    for name, keys in subject.swings.moved.items():
        one = subject.book.parameters[name]
        moves = any(key[1] in ("cost", "qaly") for key in keys)
        decided = subject.roles[name] in ("choice", "discount") or name.startswith(("price", "age", "n_"))
        if (
            moves
            and not decided
            and not subject.book.margins.distributions[name].sd
            and name not in subject.draws.names
        ):
            kept.append(name)
            if one.low < one.high and one.provenance not in ("", "derived") and subject.roles[name] in ("effect",):
                yield Finding(
                    f"{name} has a range and no distribution: the PSA holds a relative effect certain", got=one.value,
                    cell=one.place("distribution"), verdict=INFORMS,
                )  # fmt: skip
    if kept:
        few = ", ".join(kept[:12])
        yield Finding(
            f"{len(kept)} inputs move results and are certain in the PSA: {few}{', ...' if len(kept) > 12 else ''}",
            verdict=INFORMS,
        )


def no_spread(subject: Subject) -> Iterator[Finding]:
    """Draws that all are the base case give the base case."""
    values = {
        name: np.full(3, one.value) for name, one in subject.book.parameters.items() if name in subject.draws.names
    }
    several = subject.draws.take(slice(0, 3)).fix(**values)
    found = run(subject.model, several)
    worst = np.abs(found.values - subject.base.values) / np.maximum(1.0, np.abs(subject.base.values))
    if worst.max() > 1e-9:
        s, i, d = (int(k[0]) for k in np.nonzero(worst == worst.max()))
        yield Finding(
            f"{found.items[i].name} differs where every draw is the base case", f"strategy {found.strategies[s]}",
            float(found.values[s, i, d]), float(subject.base.values[s, i, 0]),
        )  # fmt: skip


def same_seed(subject: Subject) -> Iterator[Finding]:
    """The same seed gives the same draws, and the same draws the same results."""
    from dataclasses import replace

    again = replace(subject.book).sample(subject.draws.n, int(subject.draws.seed or 1))
    if again.fingerprints != subject.draws.fingerprints:
        yield Finding("the same seed gives other draws")
    first = run(subject.model, subject.draws.take(slice(0, 50)), chunk=7)
    gap = np.abs(first.values - subject.psa.values[:, :, : first.values.shape[2]])
    if gap.max() > 1e-9 * np.abs(subject.psa.values).max():
        yield Finding("the same draws give other results", got=float(gap.max()), wanted=0.0)


def acceptable(subject: Subject) -> Iterator[Finding]:
    """Probabilities of being best add up to 1 at every threshold; the EVPI is not negative."""
    from hecon.analysis.cost_effectiveness.acceptability import acceptability

    if len(subject.strategies) < 2 or not subject.base.select(kind="qaly").size:
        raise DoesNotApplyError("one strategy, or no QALYs")
    psa = subject.psa
    perspective = subject.book.settings.get("perspective", "") or next(iter(psa.perspectives))
    wtp = float(subject.book.settings.get("threshold", "") or 50_000)
    found = acceptability(psa, [0.0, wtp, 3 * wtp], perspective, "qaly")
    total = found.ceac.sum(axis=0)
    if np.abs(total - 1).max() > 1e-9:
        yield Finding(
            "probabilities of being best do not add up to 1", got=float(total[np.abs(total - 1).argmax()]), wanted=1.0
        )
    costs = psa.cost(perspective)
    best = costs == costs.min(axis=0)
    cheapest = (best / best.sum(axis=0)).mean(axis=1)
    if np.abs(found.ceac[:, 0] - cheapest).max() > 1e-9:
        yield Finding(
            "at a threshold of 0 the cheapest is not best",
            got=float(found.ceac[:, 0].max()),
            wanted=float(cheapest.max()),
        )
    if np.asarray(found.evpi).min() < -1e-9:
        yield Finding("the EVPI is negative", got=float(np.asarray(found.evpi).min()), wanted=0.0)
