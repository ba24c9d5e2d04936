"""Tests of the scale of uncertainty: ranges against distributions, standard errors on another scale, coefficients of curves."""

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_BOUNDED = ("uniform", "triangular", "discrete", "choice", "pert", "empirical")
_WIDTH = 2 * 1.959963984540054


def ranges(subject: Subject) -> Iterator[Finding]:
    """A stated range and the distribution beside it are of one scale: neither a spread of patients nor the error of a logarithm."""
    if not subject.book.margins.varying:
        raise DoesNotApplyError("no input has a distribution")
    for name, one in subject.book.parameters.items():
        spec = subject.book.margins.distributions[name]
        sd, family = float(spec.sd), one.distribution.split()[0] if one.distribution else ""
        if (
            not one.low < one.high
            or not np.isfinite(sd)
            or sd <= 0
            or family in _BOUNDED
            or subject.roles[name] == "choice"
        ):
            continue
        low, high = (float(x) for x in np.ravel(spec.limits()))
        stated, drawn = one.high - one.low, high - low
        cell = one.place("distribution")
        if family == "lognormal" and one.low > 0:
            natural, logs = stated / _WIDTH, float(np.log(one.high / one.low)) / _WIDTH
            sigma = float(np.log(high / low)) / _WIDTH
            if abs(sigma / natural - 1) < 0.05 < 0.12 < abs(sigma / logs - 1):
                yield Finding(
                    f"{name} is drawn with the standard error of the number itself ({sigma:.4g}) where that of its logarithm"
                    f" ({logs:.4g}) must stand: its range is {one.low:g} to {one.high:g}", got=sigma, wanted=logs, cell=cell,
                )  # fmt: skip
                continue
        if family == "normal" and one.low > 0:
            logs = float(np.log(one.high / one.low)) / _WIDTH
            if abs(sd / logs - 1) < 0.05 < 0.12 < abs(sd * _WIDTH / stated - 1):
                yield Finding(
                    f"{name} is drawn with the standard error of its logarithm ({sd:.4g}) on its natural scale", got=sd,
                    wanted=stated / _WIDTH, cell=cell,
                )  # fmt: skip
                continue
        ratio = stated / drawn
        if ratio < 0.4:
            yield Finding(
                f"the range of {name} ({one.low:g} to {one.high:g}) is far narrower than its distribution ({low:.4g} to"
                f" {high:.4g}): a spread between patients in place of a standard error?", got=stated, wanted=drawn, cell=cell,
            )  # fmt: skip
        elif not 0.8 < ratio < 1.25 and not _round_range(one.value, one.low, one.high):
            yield Finding(
                f"the range of {name} ({one.low:g} to {one.high:g}) and its distribution ({low:.4g} to {high:.4g}) do not agree",
                got=stated, wanted=drawn, cell=cell, verdict=INFORMS,
            )  # fmt: skip


def coefficients(subject: Subject) -> Iterator[Finding]:
    """Coefficients of one curve that were fitted together are drawn together, with a correlation that is not 0."""
    groups: dict[str, list[str]] = {}
    for name, one in subject.book.parameters.items():
        if name in subject.followed and one.correlation_group and one.distribution in ("multivariate normal", "mvn"):
            groups.setdefault(one.correlation_group, []).append(name)
    loose: dict[str, list[str]] = {}
    for name, one in subject.book.parameters.items():
        kind = re.match(r"(shape|scale|slope|intercept|lambda|gamma|mu|sigma)_(.+)", name)
        if (
            kind
            and name in subject.followed
            and not one.correlation_group
            and subject.book.margins.distributions[name].sd
        ):
            loose.setdefault(kind[2], []).append(name)
    if not groups and not any(len(names) > 1 for names in loose.values()):
        raise DoesNotApplyError("no curve has several coefficients that vary")
    for curve, names in loose.items():
        if len(names) > 1:
            yield Finding(
                f"{' and '.join(names)} are coefficients of one curve and are drawn apart: no correlation group", got=0.0,
                cell=subject.cells(names), verdict=INFORMS, places=(*names, curve, "correlations"),
            )  # fmt: skip
    for group, names in groups.items():
        rows = {
            frozenset((one.name_1, one.name_2)): one
            for one in subject.book.correlations
            if one.group == group and one.name_1 != one.name_2
        }
        zero = [
            pair for pair in combinations(names, 2) if (row := rows.get(frozenset(pair))) is not None and row.value == 0
        ]
        if len(names) > 1 and zero and len(zero) == len(list(combinations(names, 2))):
            place = rows[frozenset(zero[0])].place
            yield Finding(
                f"{' and '.join(names)} are of one curve, {group}, and their correlation is 0", got=0.0, cell=place,
                verdict=INFORMS, places=(group, *names, "correlations"),
            )  # fmt: skip


def _round_range(value: float, low: float, high: float) -> bool:
    """Whether a range is a round share of its value (20% less to 20% more): one for one-way analysis, no interval."""
    if not value:
        return True
    shares = (1 - low / value, high / value - 1)
    return any(abs(share * 20 - round(share * 20)) < 0.02 for share in shares)
