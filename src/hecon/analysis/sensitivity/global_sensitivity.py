"""Global sensitivity: all uncertain inputs moved at once over their distributions, through SALib.

Designs are probabilities that go through the inverse distribution functions, so the inputs' own spreads weigh.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.cost_effectiveness.totals import position
from hecon.analysis.sensitivity.chosen_draws import name_of
from hecon.errors import HeconError, nearest
from hecon.evaluate.prepare import prepare
from hecon.evaluate.run import run
from hecon.inputs.sampling import from_uniforms, stream_names
from hecon.outcomes import Array
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

METHODS: Mapping[str, tuple[str, ...]] = {  # the columns each yields; the first orders the rows
    "sobol": ("total", "total_conf", "first", "first_conf"),
    "morris": ("mu_star", "mu_star_conf", "mu", "sigma"),
    "delta": ("delta", "delta_conf", "first", "first_conf"),
    "pawn": ("median", "mean", "minimum", "maximum"),
}
SIZES: Mapping[str, int] = {"sobol": 512, "morris": 50, "delta": 500, "pawn": 4000}  # of `n`, where nothing is said
DUMMY = "(dummy)"  # no name that an input can have
_CENTRAL = 0.95  # Morris walks between quantiles 2.5% and 97.5%; at 0 and 1 they may be infinite
_INDEPENDENT = "Inputs are taken as independent"


@dataclass(frozen=True)
class Factor:
    """An input, or a group of inputs drawn together that moves as one; `values` are the method's columns, in order."""

    name: str
    label: str
    members: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class GlobalSensitivity(Shown):
    """Factors, most influential first, on the INMB of one strategy; `runs` evaluations of the model.

    `columns` name the values; those ending in _conf are half-widths of 95% intervals (bootstrap). `note` says what was
    taken as independent. `dummy` are the values, by column, of an input that moves nothing, where they are not 0 (delta
    and pawn): an input that has no more is not told from chance.
    """

    rows: tuple[Factor, ...]
    columns: tuple[str, ...]
    method: str
    strategy: str
    reference: str
    perspective: str
    wtp: float
    effect: str
    runs: int
    note: str
    dummy: tuple[float, ...] = ()

    def row(self, name: str) -> dict[str, float]:
        """The values of one factor by column; KeyError if there is none."""
        return dict(zip(self.columns, {row.name: row for row in self.rows}[name].values, strict=True))

    def to_frame(self) -> "pd.DataFrame":
        """One row per factor."""
        import pandas as pd

        about = {"method": self.method, "strategy": self.strategy, "reference": self.reference}
        records = [
            {**about, "factor": row.name, "label": row.label, "members": " ".join(row.members)}
            | dict(zip(self.columns, row.values, strict=True))
            for row in self.with_dummy()
        ]
        return pd.DataFrame.from_records(records)

    def with_dummy(self) -> tuple[Factor, ...]:
        """The rows, and last that of the dummy, which is named so, where the method has one."""
        return (*self.rows, Factor(DUMMY, f"{DUMMY}: moves nothing", (), self.dummy)) if self.dummy else self.rows


def global_sensitivity(
    model: "Model",
    book: "Book",
    strategy: str,
    *,
    reference: str,
    perspective: str,
    wtp: float,
    effect: str = "qaly",
    method: str = "sobol",
    n: int = 512,
    seed: int = 1,
) -> GlobalSensitivity:
    """Sensitivity of the INMB of `strategy` over `reference` to every uncertain input.

    `method` is sobol (first and total shares of variance; n x (factors + 2) evaluations, n a power of 2), morris
    (elementary effects over the central 95%; n walks), delta or pawn (moment-independent; n evaluations). Inputs of a
    correlated or Dirichlet group are one factor in sobol and morris, whose indices suppose independent factors; delta
    and pawn take each at its own marginal distribution, within which what comes with it is counted too.

    Raises:
        HeconError: an unknown method, strategy, reference, perspective or effect; no uncertain input; a result that
            does not vary; n that the method cannot use.

    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> fees = [Parameter(name=name, value=0.5, distribution="uniform", par1=0, par2=1) for name in ("fee", "price")]
    >>> visit = Leaf(outcomes=[Cost("visit", "2 * fee + price", category="visits", sector="health care"), QALY("q", "0")])
    >>> none, free = Leaf(outcomes=[QALY("q", "0")]), {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=none), Strategy("visit", to=visit)], free, "continuous")
    >>> book = make_book("demo", fees)
    >>> found = global_sensitivity(tree, book, "visit", reference="none", perspective="payer", wtp=0, n=1024)
    >>> [round(found.row(name)["first"], 1) for name in ("fee", "price")], found.runs                 # 4 : 1
    ([0.8, 0.2], 4096)
    """
    _known(method)
    every = stream_names(book)
    groups = {name: group.name for group in book.margins.groups for name in group.members}
    names = _used(model, book, every, groups)
    if not names:
        raise HeconError(f"{book.case} has no uncertain input that the model uses")
    places = [every.index(name) for name in names]
    together: dict[str, list[str]] = {}
    for name in names:
        if name in groups:
            together.setdefault(groups[name], []).append(name)

    def evaluate(u: Array) -> tuple[Array, Array]:
        whole = np.full((len(every), len(u)), 0.5)
        whole[places] = u.T
        draws = from_uniforms(book, every, whole)
        outcomes = run(model, draws)
        inputs = np.array([np.broadcast_to(draws[name], (draws.n,)) for name in names]).T
        return inputs, inmb(outcomes, reference, wtp, perspective, effect)[position(outcomes, strategy)]

    found, runs = indices(method, [groups.get(name, name) for name in names], names, evaluate, n, seed)
    dummy = found.pop(DUMMY, ())
    rows = []
    for name, values in found.items():
        members = tuple(together.get(name, (name,)))
        label = name_of(book, name) if name in book.parameters else f"{name} ({', '.join(members)})"
        rows.append(Factor(name, label, members, values))
    rows.sort(key=lambda row: (-row.values[0], row.name))
    return GlobalSensitivity(
        tuple(rows), METHODS[method], method, strategy, reference, perspective, wtp, effect, runs,
        _note(method, together, len(every) - len(names)) + _of_dummy(method, dummy), dummy,
    )  # fmt: skip


def indices(
    method: str,
    factors: list[str],
    names: tuple[str, ...],
    evaluate: Callable[[Array], tuple[Array, Array]],
    n: int,
    seed: int,
) -> tuple[dict[str, tuple[float, ...]], int]:
    """Indices by factor and the number of evaluations, for any function of probabilities.

    `evaluate(u)` takes probabilities (draw, name) inside 0..1 and gives the inputs (draw, name) and the result (draw,).
    `factors` (name,) says which factor each name belongs to. Delta and pawn are above 0 by chance alone; theirs have one
    factor more, DUMMY, a uniform that the result knows nothing of, from the same evaluations.

    >>> def double(u):
    ...     return u, 2 * u[:, 0] + u[:, 1]
    >>> found, runs = indices("sobol", ["a", "b"], ("a", "b"), double, 1024, 1)
    >>> [round(found[name][0], 2) for name in ("a", "b")], runs
    ([0.8, 0.2], 4096)
    """
    _known(method)
    plain = [f"x{k}" for k in range(len(names))]  # SALib refuses names with some endings
    problem: dict[str, Any] = {"num_vars": len(names), "names": plain, "bounds": [[0.0, 1.0]] * len(names)}
    if method in ("sobol", "morris") and list(names) != factors:
        problem["groups"] = list(factors)
    found, runs = {"sobol": _sobol, "morris": _morris}.get(method, _given)(method, problem, evaluate, n, seed)
    keys = list(dict.fromkeys(factors)) if "groups" in problem else list(names)
    keys += [DUMMY] if method in ("delta", "pawn") else []
    return {key: tuple(float(column[k]) for column in found) for k, key in enumerate(keys)}, runs


def _sobol(method: str, problem: dict[str, Any], evaluate: Any, n: int, seed: int) -> tuple[list[Array], int]:
    """Sobol indices by Saltelli's scheme without second order."""
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if n < 2 or n & (n - 1):
        raise HeconError(f"sobol needs a power of 2 for n; got {n}")
    u = sampling.sample(problem, n, calc_second_order=False, seed=seed)
    result = analysis.analyze(problem, _varied(evaluate(_inside(u))[1]), calc_second_order=False, seed=seed)
    return [result[key] for key in ("ST", "ST_conf", "S1", "S1_conf")], len(u)


def _morris(method: str, problem: dict[str, Any], evaluate: Any, n: int, seed: int) -> tuple[list[Array], int]:
    """Morris's elementary effects per step of probability, on four levels."""
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    if n < 2:
        raise HeconError(f"morris needs at least 2 walks; got {n}")
    u = sampling.sample(problem, n, num_levels=4, seed=seed)
    result_at = _varied(evaluate((1 - _CENTRAL) / 2 + _CENTRAL * u)[1])
    result = analysis.analyze(problem, u, result_at, num_levels=4, seed=seed)
    return [np.ma.getdata(result[key]) for key in ("mu_star", "mu_star_conf", "mu", "sigma")], len(u)


def _given(method: str, problem: dict[str, Any], evaluate: Any, n: int, seed: int) -> tuple[list[Array], int]:
    """Delta or PAWN from a Latin hypercube, whose last column is the dummy."""
    from SALib.analyze import delta, pawn
    from SALib.sample import latin

    if n < 100:
        raise HeconError(f"{method} needs at least 100 evaluations; got {n}")
    names = [*problem["names"], DUMMY]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    u = latin.sample(problem, n, seed=seed)
    x, y = evaluate(_inside(u[:, :-1]))
    x, y = np.column_stack([x, u[:, -1]]), _varied(y)
    if method == "pawn":
        result = pawn.analyze(problem, x, y, S=10, seed=seed)
        return [result[key] for key in METHODS["pawn"]], n
    shown = warnings.formatwarning
    with warnings.catch_warnings(record=True):  # SALib 1.6 sets filters and format for good, and tells of its bins
        result = delta.analyze(problem, x, y, num_resamples=20, seed=seed)
    warnings.formatwarning = shown
    raw = "delta_raw" if "delta_raw" in result else "delta"  # weighs values as the input's distribution does
    if not np.isfinite(result[raw]).all():
        raise HeconError(f"delta could not be told from {n} evaluations for every input; ask for more")
    return [np.asarray(result[key]) for key in (raw, f"{raw}_conf", "S1", "S1_conf")], n


def _known(method: str) -> None:
    if method not in METHODS:
        raise HeconError(f"unknown method '{method}'{nearest(method, METHODS)} (known: {', '.join(METHODS)})")


def _inside(u: Array) -> Array:
    """Probabilities moved off 0 and 1, where quantiles may be infinite; a design point may lie on either."""
    return np.clip(u, 1e-9, 1 - 1e-9)


def _varied(y: Array) -> Array:
    if not np.ptp(y) > 0:
        raise HeconError("the result does not vary: no uncertain input moves it")
    return y


def inputs_used(model: "Model", draws: "Draws") -> set[str]:
    """The inputs on which some outcome rests under these draws; curves of families that are not chosen are none.

    >>> from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy, make_book
    >>> visit = Leaf(outcomes=[Cost("visit", "2 * fee", category="follow-up", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("visit", to=visit)], {"cost": "0", "effect": "0"}, "continuous")
    >>> inputs_used(tree, make_book("demo", [Parameter(name=name, value=0.5) for name in ("fee", "price")]).base())
    {'fee'}
    """
    built = prepare(model, draws, ("totals",)).built
    nodes = (built.graph.nodes[k] for k in built.graph.needed(node for *_, node in built.terms))
    return {str(node.payload) for node in nodes if node.op == "input"}


def _used(model: "Model", book: "Book", every: tuple[str, ...], groups: Mapping[str, str]) -> tuple[str, ...]:
    """The uncertain inputs on which some outcome rests, with those drawn together with them."""
    used = inputs_used(model, from_uniforms(book, every, np.full((len(every), 1), 0.5)))
    moved = {groups[name] for name in used if name in groups}
    return tuple(name for name in every if name in used or groups.get(name) in moved)


def _of_dummy(method: str, dummy: tuple[float, ...]) -> str:
    if not dummy:
        return ""
    return f" A dummy that moves nothing has a {METHODS[method][0]} of {dummy[0]:.3g}: what has no more is not told from chance."


def _note(method: str, together: Mapping[str, list[str]], unused: int) -> str:
    """What was taken as independent of what, and how many uncertain inputs the model does not use."""
    rest = f" {unused} uncertain inputs that the model does not use are left out." if unused else ""
    if not together:
        return f"{_INDEPENDENT}; none of them are correlated in the inputs.{rest}"
    groups = "; ".join(f"{name} ({', '.join(members)})" for name, members in together.items())
    if method in ("sobol", "morris"):
        return f"{_INDEPENDENT}, but for those drawn together, which move as one factor: {groups}.{rest}"
    return f"Each input at its own distribution; with one that is drawn with others, these count too: {groups}.{rest}"
