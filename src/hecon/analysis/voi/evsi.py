"""What a study would be worth before it is done: the expected value of sample information, over sample sizes.

One set of simulated patients serves all sizes; four methods, of which regression needs the least (methods 5.6).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.cost_effectiveness.ties import tie_within
from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.voi.bases import CONSTANT
from hecon.analysis.voi.controls import controls
from hecon.analysis.voi.design import Design, design
from hecon.analysis.voi.drawn import Sampled, check_same_run
from hecon.analysis.voi.evppi import Evppi
from hecon.analysis.voi.evsi_domain import too_small
from hecon.analysis.voi.evsi_methods import METHODS, Setting, by_regression
from hecon.analysis.voi.fit_check import check_fit
from hecon.analysis.voi.gain import NOTHING, gain, increments
from hecon.analysis.voi.smooth import smooth
from hecon.analysis.voi.study_data import observe
from hecon.errors import HeconError, nearest
from hecon.inputs.distributions.streams import stream
from hecon.outcomes import Array, Outcomes
from hecon.shown import Shown


@dataclass(frozen=True, repr=False)
class EvsiCurve(Shown):
    """EVSI in currency per patient over sample sizes (of each arm), with standard errors; all (size,).

    `perfect` is the EVPPI of the quantities the study measures, which no sample size exceeds. `refused` (size,) gives
    the reason where the fit does not support a value, else "".
    """

    study: Design
    method: str
    wtp: float
    sizes: tuple[int, ...]
    estimates: Array
    se: Array
    refused: tuple[str, ...]
    perfect: Evppi

    @property
    def values(self) -> tuple[float | None, ...]:
        """Estimates (size,), None where refused."""
        pairs = zip(self.estimates.tolist(), self.refused, strict=True)
        return tuple(None if why else value for value, why in pairs)


def evsi(
    outcomes: Outcomes,
    draws: Sampled,
    study: str | Design,
    sizes: Sequence[int],
    wtp: float,
    perspective: str,
    effect: str = "qaly",
    *,
    method: str = "regression",
    seed: int = 1,
    known_means: bool = True,
) -> EvsiCurve:
    """EVSI of a study (see `design`) with n patients per arm, for every n of `sizes` (increasing).

    `method`: "regression" of net benefit on the study's result (Strong et al. 2015); "gaussian", the measured quantities
    drawn together as a normal prior would be (Jalal and Alarid-Escudero 2018); "moments", fitted means rescaled to the
    variance that data leave (Heath et al. 2018); "importance", posterior means by weighting draws with the likelihood
    (Menzies 2016). Gaussian and moments are approximations; where events are counted, sizes are refused at which
    fewer than 4 are expected (see `evsi_domain`).

    Raises:
        HeconError: what `design` and `evppi` raise, sizes that do not increase, an unknown method.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> p = np.random.default_rng(1).beta(4, 6, 5000)
    >>> psa = from_totals(("care", "drug"), [0 * p, 8500 - 20000 * p], np.zeros((2, 5000)))
    >>> curve = evsi(psa, {"p": p}, "binomial(p)", [1, 20], 0, "payer")
    >>> bool(abs(curve.estimates[0] - 2600 / 11) < 3 * curve.se[0])  # 0.4 x (20000 x 5/11 - 8500)
    True
    """
    chosen = design(study) if isinstance(study, str) else study
    known = ("regression", *METHODS)
    if method not in known:
        raise HeconError(f"unknown method '{method}'{nearest(method, known)} (known: {', '.join(known)})")
    within = tie_within(*cost_and_effect(outcomes, perspective, effect), wtp)
    rows = increments(nmb(outcomes, wtp, perspective, effect), within)
    names = chosen.names
    check_same_run(draws, names, outcomes)
    truths = chosen.truths(draws, rows.shape[1])
    found = controls(draws, rows) if known_means else None
    cleared, own = (found.clear(names), found.own(names)) if found else (rows, None)
    fit = smooth(truths, cleared)
    limit = NOTHING if fit.basis.name == CONSTANT else gain(fit, own)
    check = check_fit(truths, fit, limit, np.asarray(rows.var(axis=1)))
    texts = tuple(arm.formula for arm in chosen.arms)
    perfect = Evppi(texts, float(wtp), limit.value, limit.se, limit.correction, check)
    data = np.array(
        [
            observe(arm, truth, sizes, stream(seed, f"{k} {chosen.text}"))
            for k, (arm, truth) in enumerate(zip(chosen.arms, truths, strict=True))
        ]
    )
    setting = Setting(chosen, truths, data, tuple(sizes), cleared, own, fit)
    if method == "regression":
        gains, refused = by_regression(setting)
    else:
        gains = METHODS[method](setting)
        refused = [check.poor or why for why in too_small(chosen, truths, sizes, method)]
    if fit.basis.name == CONSTANT:
        gains = [NOTHING] * len(sizes)
    values, errors = np.array([one.value for one in gains]), np.array([one.se for one in gains])
    return EvsiCurve(chosen, method, float(wtp), tuple(sizes), values, errors, tuple(refused), perfect)


def sample_sizes(largest: int, count: int = 20) -> tuple[int, ...]:
    """About `count` sample sizes from 5 to `largest`, evenly spaced on the log scale and rounded to whole patients.

    Raises:
        HeconError: fewer than 5 patients.

    >>> sample_sizes(500, 5)
    (5, 16, 50, 158, 500)
    """
    if largest < 5 or count < 2:
        raise HeconError(f"a curve of sample sizes needs a largest of 5 patients or more; got {largest}")
    sizes = np.unique(np.round(np.geomspace(5, largest, count)).astype(int))
    return tuple(sizes.tolist())
