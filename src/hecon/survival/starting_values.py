"""Where the search for a maximum begins: a few points per family, from events, follow-up and the Kaplan-Meier curve.

Several starts, because generalised gamma, cure and Gompertz likelihoods may have more than one hill.
"""

import numpy as np

from hecon.outcomes import Array
from hecon.survival.data import SurvivalData
from hecon.survival.kaplan_meier import kaplan_meier
from hecon.survival.likelihood import Likelihood


def starts(model: Likelihood) -> list[Array]:
    """Starting vectors (estimate,) on the transformed scale; covariate effects begin at 0.

    >>> from hecon.survival.data import survival_data
    >>> from hecon.survival.family import family
    >>> from hecon.survival.likelihood import likelihood
    >>> starts(likelihood(family("exponential"), survival_data([2.0, 2.0], [1, 0])))[0].tolist()   # log 1/4
    [-1.3862943611198906]
    """
    data, kind = model.data, model.family
    everyone = _base_starts(model, data)
    effects = np.zeros(len(model.design))
    if not kind.cure:
        return [np.concatenate([one, effects]) for one in everyone]
    uncured = _base_starts(model, data.subset(data.event == 1))
    tail = float(np.clip(kaplan_meier(data).survival[-1], 0.02, 0.9))
    logits = [np.log(p / (1 - p)) for p in (tail, tail / 3)]
    vectors = [np.append(one, logit) for logit in logits for one in (uncured[0], everyone[0])]
    vectors += [np.append(one, logits[0]) for one in uncured[1:]]
    return [np.concatenate([one, effects]) for one in vectors]


def _base_starts(model: Likelihood, data: SurvivalData) -> list[Array]:
    kind = model.family
    exposure = float((data.weight * (data.time - data.entry)).sum())
    log_rate = float(np.log(data.events / exposure))
    log_times = np.log(data.time[data.event == 1])
    centre = -log_rate - 0.4  # log median of an exponential
    spread = float(np.clip(log_times.std(), 0.2, 3.0))
    per_time = 1 / float(data.time.mean())
    if kind.is_spline:
        lines = [[log_rate, 1.0], [-centre / spread, 1 / spread]]
        return [np.array(line + [0.0] * kind.inner) for line in lines]
    if kind.base == "piecewise":
        return [np.full(kind.inner + 1, log_rate)]
    points: dict[str, list[list[float]]] = {
        "exponential": [[log_rate]],
        "weibull": [[0.0, -log_rate], [-np.log(spread), -log_rate]],
        "weibullPH": [[0.0, log_rate], [-np.log(spread), log_rate / spread]],
        "gompertz": [[0.0, log_rate], [per_time, log_rate - 1], [-per_time, log_rate + 0.5]],
        "gamma": [[0.0, log_rate], [0.7, log_rate + 0.7]],
        "lnorm": [[centre, np.log(spread)], [float(log_times.mean()), np.log(spread)]],
        "llogis": [[np.log(1.7 / spread), centre], [0.0, float(log_times.mean())]],
        "gengamma": [[centre, np.log(spread), q] for q in (0.5, -0.5)] + [[-log_rate, np.log(spread), 1.0]],
    }
    return [np.array(point) for point in points[kind.base]]
