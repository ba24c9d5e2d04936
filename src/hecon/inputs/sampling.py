"""From a book to draws: a stream per seed and name, Latin hypercube, joint Sobol, groups, common random numbers.

What a parameter draws depends on the seed, its own name and its own row (or group), and on nothing else in the book.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.errors import InputError, nearest
from hecon.inputs.distributions.distribution import Distribution, inside
from hecon.inputs.distributions.families import Gamma
from hecon.inputs.distributions.groups import Dirichlet, Gaussian
from hecon.inputs.distributions.streams import hypercube, sobol, stream
from hecon.inputs.draws import Draws
from hecon.memory import NUMBER, refuse_what_cannot_fit

if TYPE_CHECKING:
    from hecon.inputs.book import Book

METHODS = ("independent", "latin hypercube", "sobol")
Uniforms = Callable[[str], Array]


def sample(
    book: "Book", n: int, seed: int, method: str, dimensions: tuple[str, ...] = (), origin: Draws | None = None
) -> Draws:
    """Draw every uncertain parameter of `book` n times.

    - independent: native samplers, a stream per (seed, name).
    - latin hypercube: a random permutation of n strata per name, through the inverse distribution function.
    - sobol: one joint scrambled sequence of n = 2^k points, a dimension per name in the order of `dimensions`, names
      that it lacks appended; through the inverse distribution function.

    In a book changed by a scenario, a parameter whose distribution the scenario changed is drawn at the probabilities
    of the base case's own draws: what is the 10th percentile in draw k before is the 10th percentile in draw k after.
    `origin` are the draws of the base case by the same n, seed and method, where they are made already: what the scenario
    leaves alone is taken from them, which saves time and changes no draw.

    Raises InputError for an unknown method, n below 1, a negative seed, and n that is no power of 2 under sobol.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
    >>> strata = np.sort(sample(book, 4, 1, "latin hypercube")["u"])
    >>> (strata * 4).astype(int).tolist()
    [0, 1, 2, 3]
    """
    if method not in METHODS:
        raise InputError(f"unknown method '{method}'{nearest(method, METHODS)} (known: {', '.join(METHODS)})")
    whole = isinstance(n, int | np.integer) and isinstance(seed, int | np.integer)
    if not whole or n < 1 or seed < 0:
        raise InputError(f"draws must be at least 1 and the seed at least 0, whole numbers; got {n} and {seed}")
    count = len(stream_names(book))
    refuse_what_cannot_fit(f"{n:,} draws of {count:,} uncertain inputs", NUMBER * n * count, "ask for fewer draws")
    appended = (name for name in stream_names(book) if name not in dimensions)
    dimensions = (*dimensions, *appended) if method == "sobol" else ()
    made = _made(book, n, seed, method, dimensions, origin)
    if method == "independent":
        return _draws(book, n, seed, method, None, made=made)
    if method == "latin hypercube":
        return _draws(book, n, seed, method, lambda name: hypercube(seed, name, n), made=made)
    return _draws(book, n, seed, method, sobol(seed, dimensions, n), dimensions, made)


def from_uniforms(book: "Book", names: tuple[str, ...], uniforms: Array, method: str = "uniforms") -> Draws:
    """Draws at given probabilities (parameter, draw), inside 0..1, such as a design of sensitivity analysis.

    `names` (parameter,) must hold every name of `stream_names`; groups correlate what is given as independent. Raises
    InputError for names missing, shapes that disagree and probabilities at or beyond 0 and 1.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=2.0, distribution="uniform", par1=1, par2=3)])
    >>> from_uniforms(book, ("fee",), np.array([[0.25, 0.5]]))["fee"].tolist()
    [1.5, 2.0]
    """
    missing = [name for name in stream_names(book) if name not in names]
    if missing:
        raise InputError(f"probabilities lack a row for {', '.join(missing)}")
    if uniforms.ndim != 2 or len(uniforms) != len(names):
        raise InputError(f"probabilities of shape {uniforms.shape} are not (parameter, draw) with {len(names)} rows")
    if not ((uniforms > 0) & (uniforms < 1)).all():
        raise InputError("probabilities must lie inside 0..1; 0 and 1 themselves may be infinite quantiles")
    at = {name: row for row, name in enumerate(names)}
    draws = _draws(book, uniforms.shape[1], 0, method, lambda name: uniforms[at[name]])
    return replace(draws, seed=None)


def stream_names(book: "Book") -> tuple[str, ...]:
    """Names that consume a stream: of the base case first, in its order, then what a scenario made uncertain.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> stream_names(make_book("demo", [Parameter(name="p", value=0.5, distribution="beta", par1=2, par2=2)]))
    ('p',)
    """
    names: dict[str, None] = {}
    for one in (book.origin or book, book):
        drawn = {member for group in one.margins.groups for member in group.members} | set(one.margins.varying)
        names |= dict.fromkeys(name for name in one.parameters if name in drawn)
    return tuple(names)


def _made(
    book: "Book", n: int, seed: int, method: str, dimensions: tuple[str, ...], origin: Draws | None
) -> dict[str, Array]:
    """The draws (draw,) by name that are those of the base case: same distribution, drawn alone."""
    if origin is None or book.origin is None or origin.book is not book.origin:
        return {}
    same = dimensions[: len(origin.dimensions)] == origin.dimensions
    if (n, seed, method, True) != (origin.n, origin.seed, origin.method, same):
        return {}
    before, now = book.origin.margins, book.margins
    grouped = {member for one in (before, now) for group in one.groups for member in group.members}
    return {
        name: row
        for name, row in zip(origin.names, origin.values, strict=True)
        if name not in grouped and before.distributions[name] == now.distributions.get(name)
    }


def _draws(
    book: "Book",
    n: int,
    seed: int,
    method: str,
    uniforms: Uniforms | None,
    dimensions: tuple[str, ...] = (),
    made: Mapping[str, Array] = MappingProxyType({}),
) -> Draws:
    margins, names = book.margins, book.margins.varying
    rows = {name: row for row, name in enumerate(names)}
    values = np.empty((len(names), n))
    grouped: set[str] = set()
    for group in margins.groups:
        together = _shares(book, group, n, seed, uniforms) if isinstance(group, Dirichlet) else None
        scores = _scores(group, n, seed, uniforms) if isinstance(group, Gaussian) else None
        for k, name in enumerate(group.members):
            grouped.add(name)
            if name in rows and together is not None:
                values[rows[name]] = together[k]
            elif name in rows and scores is not None:
                values[rows[name]] = margins.distributions[name].from_normal(scores[k])
    for name in names:
        if name in made:
            values[rows[name]] = made[name]
        elif name not in grouped:
            before = book.origin.margins.distributions[name] if book.origin else None
            values[rows[name]] = _one(name, margins.distributions[name], before, n, seed, uniforms)
    return Draws(book, names, values, method, seed, dimensions=dimensions)


def _one(
    name: str, now: Distribution, before: Distribution | None, n: int, seed: int, uniforms: Uniforms | None
) -> Array:
    """A parameter's draws (draw,); native unless uniforms are given or a scenario changed its distribution."""
    if uniforms is not None:
        return now.ppf(uniforms(name))
    rng = stream(seed, name)
    if before is None or before == now:
        return now.sample(rng, n)
    return now.ppf(before.ranks(rng, n) if before.sd > 0 else inside(rng.random(n)))


def _shares(book: "Book", group: Dirichlet, n: int, seed: int, uniforms: Uniforms | None) -> Array:
    """Dirichlet shares (member, draw) from a gamma per member's stream."""
    old = next((one for one in book.origin.margins.groups if one.name == group.name), None) if book.origin else None
    before = dict(zip(old.members, old.concentrations, strict=True)) if isinstance(old, Dirichlet) else {}
    gammas = [
        _one(name, Gamma(a, 1.0), Gamma(before[name], 1.0) if name in before else None, n, seed, uniforms)
        for name, a in zip(group.members, group.concentrations, strict=True)
    ]
    return group.shares(np.array(gammas))


def _scores(group: Gaussian, n: int, seed: int, uniforms: Uniforms | None) -> Array:
    """Correlated normal scores (member, draw) from a normal score per member's stream."""
    if uniforms is None:
        return group.scores(np.array([stream(seed, name).standard_normal(n) for name in group.members]))
    from scipy.special import ndtri

    return group.scores(np.array([ndtri(uniforms(name)) for name in group.members]))
