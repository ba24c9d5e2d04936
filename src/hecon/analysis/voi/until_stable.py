"""Growing a probabilistic analysis until it is precise enough: more draws until INMB, decision and EVPI stand still.

Draws already made are kept; only the new ones are run.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.cost_effectiveness.totals import position
from hecon.analysis.voi.convergence import Z, mistake
from hecon.errors import HeconError, nearest
from hecon.inputs.book import Book
from hecon.inputs.draws import Draws
from hecon.outcomes import Array, Lever, Outcomes
from hecon.shown import Shown

METHODS = ("independent", "sobol")
REPLICATES = 16  # randomisations of a Sobol sequence, whose spread gives the error
FIRST = 1024
_RUN = Callable[[Draws], Outcomes]


@dataclass(frozen=True)
class Step:
    """After so many draws: the widest 95% half-width of an INMB, that of EVPI, and the expected loss of a mistake."""

    draws: int
    inmb: float
    evpi: float
    mistake: float


@dataclass(frozen=True, eq=False, repr=False)
class Growth(Shown):
    """Draws and outcomes (strategy, item, draw) at the end, whether they are `stable`, and the steps on the way."""

    draws: Draws
    outcomes: Outcomes
    stable: bool
    within: float
    steps: tuple[Step, ...]


def until_stable(
    run: _RUN,
    book: Book,
    *,
    within: float,
    wtp: float,
    perspective: str,
    reference: str,
    effect: str = "qaly",
    seed: int = 1,
    method: str = "independent",
    first: int = FIRST,
    most: int = 1_048_576,
) -> Growth:
    """Double the draws until every 95% half-width is at most `within`, in currency; stop at `most` draws at the latest.

    Stable means: INMB of each strategy over `reference` and EVPI are known to within that, and choosing the best mean
    loses at most that on average. `run` takes Draws and gives Outcomes. "independent" adds draws to the same streams;
    "sobol" adds points to 16 randomised sequences, whose spread gives the errors, each a power of two long. A Latin
    hypercube cannot be enlarged and has no valid error, and is refused.

    Raises:
        HeconError: another method, numbers out of range, what sampling and running raise.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=50.0, distribution="uniform", par1=0, par2=100)])
    >>> def run(draws): return from_totals(("a", "b"), [0 * draws["fee"], draws["fee"]], np.zeros((2, draws.n)))
    >>> grown = until_stable(run, book, within=2.0, wtp=1.0, perspective="payer", reference="a")
    >>> grown.stable, grown.draws.n                                   # 1.96 x 28.9 / 2 squared is 801
    (True, 1024)
    """
    if method not in METHODS:
        why = "; a Latin hypercube cannot be enlarged and has no valid error" if method == "latin hypercube" else ""
        raise HeconError(
            f"cannot grow draws by '{method}'{nearest(method, METHODS)} (known: {', '.join(METHODS)}){why}"
        )
    if not within > 0 or not 2 <= first <= most:
        raise HeconError(f"needs a half-width above 0 and 2 <= first <= most; got {within}, {first} and {most}")
    seeds = [seed] if method == "independent" else [seed * REPLICATES + k for k in range(REPLICATES)]
    each = first if method == "independent" else max(2, _power_of_two(first / REPLICATES))
    parts: list[list[Outcomes]] = [[] for _ in seeds]
    steps: list[Step] = []
    done = 0
    while True:
        sampled = [book.sample(each, one, method) for one in seeds]
        for made, draws in zip(parts, sampled, strict=True):
            made.append(run(draws.take(slice(done, each))))
        done = each
        outcomes = joined([joined(made) for made in parts])
        steps.append(_step(outcomes, len(seeds), wtp, perspective, reference, effect))
        stable = max(steps[-1].inmb, steps[-1].evpi, steps[-1].mistake) <= within
        if stable or 2 * each * len(seeds) > most:
            draws = _beside(sampled)
            return Growth(draws, replace(outcomes, fingerprints=draws.fingerprints), stable, within, tuple(steps))
        each *= 2


def joined(parts: list[Outcomes]) -> Outcomes:
    """Outcomes of the same strategies and items as one, draws counted anew; what a run kept is left behind, as are the
    fingerprints of its draws.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> one = from_totals(("a",), [[1.0, 2.0]], [[0.0, 0.0]])
    >>> joined([one, one]).cost("payer").tolist(), joined([one, one]).draw.tolist()
    ([[1.0, 2.0, 1.0, 2.0]], [0, 1, 2, 3])
    """
    values = np.concatenate([one.values for one in parts], axis=2)
    levers = tuple(
        Lever(
            lever.name,
            lever.item,
            np.concatenate([np.broadcast_to(one.levers[k].price, one.draw.shape) for one in parts]),
            np.concatenate([one.levers[k].quantity for one in parts], axis=1),
            lever.acts_with,
        )
        for k, lever in enumerate(parts[0].levers)
    )
    return replace(parts[0], values=values, draw=np.arange(values.shape[2]), levers=levers, kept={}, fingerprints={})


def _beside(sampled: list[Draws]) -> Draws:
    """The draws of several randomisations as one, counted anew."""
    values = np.concatenate([one.values for one in sampled], axis=1)
    return replace(sampled[0], values=values, draw=np.arange(values.shape[1]))


def _step(outcomes: Outcomes, replicates: int, wtp: float, perspective: str, reference: str, effect: str) -> Step:
    net = nmb(outcomes, wtp, perspective, effect)
    n = net.shape[1]
    base = position(outcomes, reference)
    best = int(net.mean(axis=1).argmax())
    over, lost = net - net[base], net.max(axis=0) - net[best]
    if replicates == 1:
        return Step(n, _half(over), _half(lost[None]), mistake(net))
    means = net.reshape(len(net), replicates, -1).mean(axis=2)
    losses = lost.reshape(replicates, -1).mean(axis=1)
    return Step(n, _half(means - means[base]), _half(losses[None]), mistake(means))


def _half(values: Array) -> float:
    """The widest 95% half-width of the means of rows (row, draw); Student's for the few randomisations."""
    n = values.shape[1]
    quantile = Z
    if n <= REPLICATES:
        from scipy.special import stdtrit

        quantile = float(stdtrit(n - 1, 0.975))
    return float(quantile * values.std(axis=1, ddof=1).max() / np.sqrt(n))


def _power_of_two(number: float) -> int:
    return 1 << max(0, int(np.ceil(np.log2(max(number, 1)))))
