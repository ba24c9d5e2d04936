"""Where randomness comes from: a stream per (seed, name), its Latin hypercube, one joint scrambled Sobol sequence.

The same name and seed give the same numbers in any book, in any order, beside any other names.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from hecon.errors import InputError
from hecon.inputs.distributions.distribution import Array

NATIVE, HYPERCUBE, SOBOL = 0, 1, 2  # purposes, so that no two share a stream
_BITS = 30  # of scipy's direction numbers


def stream(seed: int, name: str, purpose: int = NATIVE) -> np.random.Generator:
    """The generator of a name: PCG64DXSM seeded by the seed, the purpose and the SHA-256 of the name.

    >>> bool(stream(1, "p_relapse").random() == stream(1, "p_relapse").random())
    True
    >>> bool(stream(1, "p_relapse").random() == stream(1, "p_die").random())
    False
    """
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence([seed, purpose, *_words(name)])))


def hypercube(seed: int, name: str, n: int) -> Array:
    """Latin hypercube uniforms (draw,): one in each of n equal strata, in an order that is the name's own.

    >>> sorted((hypercube(1, "p_relapse", 5) * 5).astype(int).tolist())
    [0, 1, 2, 3, 4]
    """
    rng = stream(seed, name, HYPERCUBE)
    u = rng.permutation(n).astype(np.float64)
    u += rng.random(n)
    u /= n
    return np.clip(u, 2.0**-64, 1.0 - 2.0**-53, out=u)


def sobol(seed: int, dimensions: tuple[str, ...], n: int) -> Callable[[str], Array]:
    """Uniforms (draw,) by name from one joint Sobol sequence: the name's place in `dimensions` is its dimension.

    Each dimension has a random linear scramble and a digital shift of its own (Matousek 1998), seeded by its name, so
    that appending a name leaves the others as they are. A Sobol sequence per name would not do: the first dimension of
    two sequences differs by a scramble alone, and inputs come out correlated at 0.75.

    Raises InputError unless n is a power of 2.

    >>> u = sobol(1, ("a", "b"), 8)
    >>> sorted((u("b") * 8).astype(int).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7]
    >>> sobol(1, ("a",), 1000)
    Traceback (most recent call last):
    hecon.errors.InputError: sobol needs a power of 2 for its draws; 1000 is none: take 512 or 1024
    """
    if n < 1 or n & (n - 1):
        below = 1 << (max(n, 1).bit_length() - 1)
        raise InputError(f"sobol needs a power of 2 for its draws; {n} is none: take {below} or {2 * below}")
    directions = _directions(len(dimensions), n.bit_length() - 1)
    at = {name: k for k, name in enumerate(dimensions)}

    def uniforms(name: str) -> Array:
        rng = stream(seed, name, SOBOL)
        points = np.array([rng.integers(0, 1 << _BITS)])  # the digital shift, then doubled once per direction
        for direction in _scrambled(directions[:, at[name]], rng):
            points = np.concatenate([points, points ^ direction])
        return np.asarray((points + 0.5) / (1 << _BITS))

    return uniforms


def _scrambled(directions: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Direction numbers (k,) times a random lower-triangular binary matrix with a diagonal of ones."""
    powers = np.int64(1) << np.arange(_BITS - 1, -1, -1)  # most significant digit first
    digits = (directions[:, None] & powers) > 0
    matrix = np.tril(rng.integers(0, 2, (_BITS, _BITS)), -1) + np.eye(_BITS, dtype=np.int64)
    return np.asarray((digits.astype(np.int64) @ matrix.T % 2) @ powers)


def _directions(dimensions: int, k: int) -> NDArray[np.int64]:
    """The first k direction numbers (k, dimension), read off the points where Gray code has a single digit."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(max(dimensions, 1), scramble=False, bits=_BITS)
    numbers = np.zeros((k, max(dimensions, 1)), dtype=np.int64)
    for j in range(k):
        sequence.fast_forward((1 << (j + 1)) - 1 - sequence.num_generated)  # gray(2^(j+1) - 1) = 2^j
        numbers[j] = np.round(sequence.random(1)[0] * (1 << _BITS)).astype(np.int64)
    return numbers


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[int, ...]:
    digest = sha256(name.encode()).digest()
    return tuple(int.from_bytes(digest[k : k + 4], "big") for k in range(0, 32, 4))
