"""Whether every input moves an outcome: the engine says by how much it should, in one run, and the workbook follows.

All inputs are moved at once, so that one recalculation stands for one an input; only what it leaves open is moved alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.inputs.draws import Draws
from hecon.workbook.sheets.input_options import options_of
from hecon.workbook.verify.certificate import Finding
from hecon.workbook.verify.expected import ROUNDING, TOLERANCE, TOTAL_TOLERANCE
from hecon.workbook.verify.trial import Trial
from hecon.workbook.xlsx.pen import OneCell

_NUDGE = 0.02  # by how much an input is moved to see whether anything follows
_SEEN = 100  # times the tolerance: a change of a total that the workbook cannot miss and agree


def moving_inputs(trial: Trial) -> Finding:
    """Every input moves a discounted total, in the base case, at one of the points tried or under another family or switch;
    or it does not in the engine either. In a workbook that shows nothing but what is stored, none does:

    >>> from hecon.workbook.example import frozen_trial
    >>> moving_inputs(frozen_trial()).faults
    ('c_visit moves the engine, not the workbook',)
    """
    left = dict.fromkeys(trial.layout.inputs)
    points = [{}, *trial.points, *_choices(trial)]
    moving: list[set[str]] = []
    for point in points:
        followed, moved = _together(trial, point, list(left))
        moving.append(moved)
        left = {name: None for name in left if name not in followed}
        if not left:
            break
    for point, moved in zip(points, moving, strict=False):
        left = {name: None for name in left if name not in _alone(trial, point, [one for one in left if one in moved])}
    dead = [name for name in left if any(name in moved for moved in moving)]
    told = {note.split()[0] for note in trial.notes}
    still = [name for name in left if name not in dead and name not in told]
    if still:
        trial.notes.append(f"moving no total of the engine at {len(points)} points: {', '.join(still)}")
    count = len(trial.layout.inputs)
    words = f"{count - len(left)} of {count} move a total" if not dead else f"{len(dead)} do not and should"
    return Finding(
        "inputs move outcomes", not dead, words, tuple(f"{name} moves the engine, not the workbook" for name in dead)
    )


def moves_engine(trial: Trial, name: str, point: Mapping[str, float] | None = None) -> bool:
    """Whether a small change of an input moves any discounted total of the engine, in the base case or at a point.

    >>> from hecon.workbook.example import frozen_trial
    >>> moves_engine(frozen_trial(), "c_visit")
    True
    """
    at = dict(point or {})
    try:
        one, other = _engine_totals(trial, [at, {**at, name: _nudged(trial, name, at)}])
    except HeconError:
        return False
    return bool((_apart(one, other) > TOTAL_TOLERANCE).any())


def _together(trial: Trial, point: Mapping[str, float], names: Sequence[str]) -> tuple[set[str], set[str]]:
    """Inputs that the workbook is seen to follow when all are moved at once, and those that move the engine alone.

    The workbook agrees with the engine, which without one of the changes would be off by a hundred times as much as is
    let pass. Where the engine refuses all together, or the workbook does not follow, half of them are moved at a time.
    """
    if not names:
        return set(), set()
    others = {name: _nudged(trial, name, point) for name in names}
    joint = {**point, **others}
    back = [{**joint, name: point.get(name, trial.made.book.parameters[name].value)} for name in names]
    each = [{**point, name: value} for name, value in others.items()]
    try:
        found = _engine_totals(trial, [joint, point, *back, *each])
    except HeconError:
        return _in_halves(trial, point, names) if len(names) > 1 else (set(), set())
    wanted, before, without, after = found[0], found[1], found[2 : 2 + len(names)], found[2 + len(names) :]
    agrees = _agree(_workbook_totals(trial, joint), wanted)
    if not agrees and len(names) > 1 and _agree(_workbook_totals(trial, point), before):
        return _in_halves(trial, point, names)
    followed = {
        name
        for name, totals in zip(names, without, strict=True)
        if agrees and (_apart(totals, wanted) > _SEEN * TOLERANCE).any()
    }
    moved = {
        name for name, totals in zip(names, after, strict=True) if (_apart(totals, before) > TOTAL_TOLERANCE).any()
    }
    return followed, moved


def _in_halves(trial: Trial, point: Mapping[str, float], names: Sequence[str]) -> tuple[set[str], set[str]]:
    half = len(names) // 2
    one, other = (_together(trial, point, some) for some in (names[:half], names[half:]))
    return one[0] | other[0], one[1] | other[1]


def _alone(trial: Trial, point: Mapping[str, float], names: Sequence[str]) -> set[str]:
    """Inputs that, each moved alone, move a total of the workbook."""
    if not names:
        return set()
    before = _workbook_totals(trial, point)
    return {
        name
        for name in names
        if not np.array_equal(
            before, _workbook_totals(trial, {**point, name: _nudged(trial, name, point)}), equal_nan=True
        )
    }


def _engine_totals(trial: Trial, points: Sequence[Mapping[str, float]]) -> Array:
    """The engine's discounted totals, (point, total), of one run."""
    book = trial.made.book
    names = tuple(dict.fromkeys(name for point in points for name in point))
    values = np.array([[point.get(name, book.parameters[name].value) for point in points] for name in names])
    draws = Draws(book, names, values.reshape(len(names), len(points)), "fixed")
    found = trial.engine(draws, what="total")
    return np.array([np.broadcast_to(found[one.source], len(points)) for one in _cells_of_totals(trial)]).T


def _workbook_totals(trial: Trial, point: Mapping[str, float]) -> Array:
    """The workbook's discounted totals, (total,)."""
    cells = _cells_of_totals(trial)
    found = trial.recalculated(trial.typed(point, {}), tuple(dict.fromkeys(one.sheet for one in cells)))
    return np.array([found[one.sheet].numbers[one.row, one.column] for one in cells])


def _cells_of_totals(trial: Trial) -> list[OneCell]:
    return [one for one in trial.layout.cells if one.source.what == "total"]


def _agree(found: Array, expected: Array) -> bool:
    return bool((_apart(found, expected) <= TOLERANCE).all())


def _apart(found: Array, expected: Array) -> Array:
    """Differences relative to each number; infinite where only one of them is a number."""
    gap = np.abs(found - expected) / np.maximum(np.abs(expected), ROUNDING / TOLERANCE)
    return np.where(np.isnan(gap), np.where(np.isnan(found) & np.isnan(expected), 0.0, np.inf), gap)


def _choices(trial: Trial) -> list[dict[str, float]]:
    """The base case with every switch and every family at its first, its second, ... option."""
    book = trial.made.book
    options = {name: found for name in trial.layout.inputs if (found := options_of(book.parameters[name]))}
    most = max((len(found) for found in options.values()), default=0)
    return [{name: found[k % len(found)] for name, found in options.items()} for k in range(most)]


def _nudged(trial: Trial, name: str, point: Mapping[str, float]) -> float:
    """A value a little away, within the same kind: the other side for a switch, another family for a curve."""
    one = trial.made.book.parameters[name]
    value = point.get(name, one.value)
    if options := options_of(one):
        return next((k for k in options if k != value), value)
    return value * (1 - _NUDGE) if value else _NUDGE / 2
