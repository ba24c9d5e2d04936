"""Sampled inputs beside the outcomes they gave: the same draws in the same order, or an error.

Inputs are Draws or, for results made elsewhere, any mapping of names to arrays (draw,).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import Fault, HeconError, nearest, raise_faults
from hecon.inputs.draws import Draws
from hecon.outcomes import Array, Outcomes, fingerprint

Sampled = Draws | Mapping[str, ArrayLike]


def drawn(draws: Sampled, names: Sequence[str], outcomes: Outcomes) -> Array:
    """Values (parameter, draw) of the inputs named, in their order.

    Raises:
        HeconError: a name that did not vary or is repeated, draws that are not those of the outcomes; all at once.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("a", "b"), np.zeros((2, 3)), np.zeros((2, 3)))
    >>> drawn({"p_die": [0.1, 0.2, 0.3]}, ["p_die"], psa).tolist()
    [[0.1, 0.2, 0.3]]
    >>> drawn({"p_die": [0.1, 0.2, 0.3]}, ["p_dye"], psa)
    Traceback (most recent call last):
    hecon.errors.HeconError: inputs: 1 fault
      - p_dye: did not vary in these draws; did you mean 'p_die'?
    """
    known = varying(draws)
    n = outcomes.draw.size
    faults = [Fault(name, f"did not vary in these draws{nearest(name, known)}") for name in names if name not in known]
    faults += [Fault(name, "is named more than once") for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if not names:
        faults.append(Fault("", "name at least one parameter"))
    raise_faults(faults, HeconError, "inputs")
    check_same_run(draws, names, outcomes)
    rows = [np.asarray(draws[name], dtype=np.float64) for name in names]
    faults = [
        Fault(name, f"has shape {row.shape}; the outcomes have {n} draws")
        for name, row in zip(names, rows, strict=True)
        if row.shape != (n,)
    ]
    raise_faults(faults, HeconError, "inputs")
    return np.array(rows)


def check_same_run(draws: Sampled, names: Sequence[str], outcomes: Outcomes) -> None:
    """Refuse draws of which the inputs named have other values, or other draw numbers, than the outcomes' run had.

    Outcomes from elsewhere, which carry no fingerprints, are taken on trust; so are values that were no input of the run.

    Raises:
        HeconError: draws that are not those of the outcomes.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.outcomes import fingerprint
    >>> psa = from_totals(("a", "b"), np.zeros((2, 2)), np.zeros((2, 2)))
    >>> psa = replace(psa, fingerprints={"p": fingerprint([0.1, 0.2])})
    >>> check_same_run({"p": [0.1, 0.3]}, ["p"], psa)
    Traceback (most recent call last):
    hecon.errors.HeconError: draws and outcomes are not of the same run: the outcomes were computed with other values of p; \
give the draws that were run
    """
    why = "draws and outcomes are not of the same run"
    sampled = isinstance(draws, Draws)
    if isinstance(draws, Draws) and not np.array_equal(draws.draw, outcomes.draw):
        raise HeconError(f"{why}: their draw numbers differ")
    known = outcomes.fingerprints
    drawn_too = [name for name in names if name in varying(draws) and (name in known or (sampled and known))]
    other = [name for name in drawn_too if fingerprint(draws[name]) != known.get(name)]
    if other:
        raise HeconError(
            f"{why}: the outcomes were computed with other values of {', '.join(other)}; give the draws that were run"
        )


def varying(draws: Sampled) -> tuple[str, ...]:
    """Names of the inputs that vary.

    >>> varying({"a": [1.0, 2.0]})
    ('a',)
    """
    return draws.names if isinstance(draws, Draws) else tuple(draws)
