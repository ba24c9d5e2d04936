"""Numbers shown on request although they depend on what is withheld, and the refusal of those that would give it away.

Everything else that is written depends on nothing withheld, so the Jacobian of all shown numbers is that of these.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.cost_effectiveness.totals import NONE, cost_and_effect
from hecon.confidential.row_space import follows, gradients
from hecon.errors import Fault, HeconError, InputError, nearest, raise_faults
from hecon.evaluate.run import run
from hecon.inputs.draws import Draws
from hecon.outcomes import Array, Outcomes

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_STEP = 1e-4  # of an input's scale, for differences
_POINTS = 3  # nearby points beside the base case
_WIDTHS = (0.1, 0.03, 0.01)  # how far off they lie, nearer where the model refuses them


def quantities(
    outcomes: Outcomes, perspective: str, wtp: float, reference: str, effect: str = "qaly"
) -> dict[str, Array]:
    """Every number that may be asked for, (draw,) each: cost, effect (by its own name, such as qaly) and nmb of a strategy,
    its category costs, and against the reference incremental_cost, incremental_qaly, incremental_nmb and icer.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> found = quantities(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "payer", 10.0, "a")
    >>> float(found["icer:b"][0]), float(found["nmb:b"][0])
    (2.0, 17.0)
    """
    cost, effects = cost_and_effect(outcomes, perspective, effect)
    found: dict[str, Array] = {}
    base = outcomes.strategies.index(reference)
    for k, name in enumerate(outcomes.strategies):
        found[f"cost:{name}"] = cost[k]
        if effect != NONE:
            found[f"{effect}:{name}"] = effects[k]
        found[f"nmb:{name}"] = wtp * effects[k] - cost[k]
        found |= {
            f"category:{category}:{name}": values[k]
            for category, values in outcomes.split("category", perspective).items()
        }
        if k != base:
            more, gain = cost[k] - cost[base], effects[k] - effects[base]
            found[f"incremental_cost:{name}"] = more
            if effect != NONE:
                found[f"incremental_{effect}:{name}"] = gain
            found[f"incremental_nmb:{name}"] = wtp * gain - more
            if np.all(gain != 0):
                found[f"icer:{name}"] = more / gain
    return found


def shown_on_request(
    model: Any,
    book: "Book",
    names: Sequence[str],
    asked: Sequence[str],
    *,
    perspective: str,
    wtp: float,
    reference: str,
    effect: str = "qaly",
) -> tuple[dict[str, float], dict[str, str]]:
    """The base-case values asked for, and what follows from one of them alone (and so is shown with it), by name.

    Tested at the base case and at nearby points by central differences; what is known to three digits counts as known.

    Raises:
        InputError: an unknown name; a number that is not withheld; numbers that give away a withheld input, or together
            a withheld result that is not asked for.

    >>> from hecon.workbook.example import three_costs
    >>> tree, book = three_costs()
    >>> read = {"perspective": "payer", "wtp": 1.0, "reference": "a", "effect": "none"}
    >>> shown, implied = shown_on_request(tree, book, ["c_drug", "c_test"], ["cost:a"], **read)
    >>> shown, implied                                                     # 9 + 2 + 1
    ({'cost:a': 12.0}, {'nmb:a': 'cost:a'})
    >>> shown_on_request(tree, book, ["c_drug"], ["cost:a"], **read)
    Traceback (most recent call last):
    hecon.errors.InputError: --show: 1 fault
      - c_drug: is withheld and would follow from cost:a, with all else in the files: show less
    """
    if not asked:
        return {}, {}
    units = {name: book.parameters[name].unit.lower() for name in names}
    for name, unit in units.items():
        if unit in ("switch", "choice"):
            raise InputError(
                f"--show: {name} is a {unit}: any number it moves would tell it; show nothing, or do not redact it"
            )
    points = _points(model, book, names, (perspective, wtp, reference, effect))
    values, slopes = points[0][0], [point[1] for point in points]
    faults = []
    for name in asked:
        if name not in values:
            faults.append(Fault(name, f"cannot be shown{nearest(name, values)} (known: {', '.join(values)})"))
        elif not any(np.any(at[name]) for at in slopes):
            faults.append(
                Fault(
                    name, "does not move with what is withheld, here or nearby: it is in the files, or cannot be judged"
                )
            )
    raise_faults(faults, InputError, "--show")
    faults = [fault for at in slopes for fault in _given_away(at, asked, names)]
    implied = {}
    for name in values:
        if name in asked or not any(np.any(at[name]) for at in slopes):
            continue
        alone = [one for one in asked if all(follows(at[one][None], at[name]) for at in slopes)]
        if alone:
            implied[name] = alone[0]
            continue
        for at in slopes:
            if together := follows(np.array([at[one] for one in asked]), at[name]):
                which = " and ".join(asked[k] for k in together)
                faults.append(Fault(name, f"is withheld and would follow from {which}: ask for it too, or for less"))
    raise_faults(faults, InputError, "--show")
    return {name: float(values[name]) for name in asked}, implied


def _given_away(at: Mapping[str, Array], asked: Sequence[str], names: Sequence[str]) -> list[Fault]:
    """Withheld inputs that the numbers asked for determine."""
    known = np.array([at[name] for name in asked])
    faults = []
    for j, name in enumerate(names):
        if which := follows(known, np.eye(len(names))[j]):
            words = " and ".join(asked[k] for k in which)
            faults.append(
                Fault(name, f"is withheld and would follow from {words}, with all else in the files: show less")
            )
    return faults


def _points(
    model: Any, book: "Book", names: Sequence[str], reading: tuple[str, float, str, str]
) -> list[tuple[dict[str, float], dict[str, Array]]]:
    """Values and scaled gradients of every quantity at the base case and nearby."""
    base = np.array([book.parameters[name].value for name in names])
    spread = np.array([book.parameters[name].high - book.parameters[name].low for name in names])
    scale = np.where(base != 0, np.abs(base), np.where(np.nan_to_num(spread) > 0, np.nan_to_num(spread), 1.0))
    random = np.random.default_rng(1)
    found = [_at(model, book, names, base, scale, reading)]
    for _ in range(_POINTS):
        direction = random.uniform(-1, 1, len(names))
        for width in _WIDTHS:
            try:
                there = base + width * scale * np.where(base == 0, np.abs(direction), direction)
                found.append(_at(model, book, names, there, scale, reading))
                break
            except HeconError:
                continue
    return found


def _at(
    model: Any,
    book: "Book",
    names: Sequence[str],
    point: Array,
    scale: Array,
    reading: tuple[str, float, str, str],
) -> tuple[dict[str, float], dict[str, Array]]:
    steps = _STEP * scale
    columns = np.repeat(point[:, None], 1 + 2 * len(names), axis=1)
    for j, step in enumerate(steps):
        columns[j, 1 + 2 * j] += step
        columns[j, 2 + 2 * j] -= step
    outcomes = run(model, Draws(book, tuple(names), columns, "fixed"))
    found = quantities(outcomes, *reading)
    slopes = gradients(np.array(list(found.values())), steps, scale)
    return {name: float(x[0]) for name, x in found.items()}, dict(zip(found, slopes, strict=True))
