"""The walk from the submitted base case to what a workbook holds now: one change after the other, and each change alone.

Changes come in the order of the sheet Changes. Those of inputs are draws of one design; a table or a method that changed
makes a design of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_word
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.formula.program import inputs_of
from hecon.inputs.draws import Draws
from hecon.inputs.parameter import Table
from hecon.workbook.pages.open_choices import open_choices
from hecon.workbook.read_back.edited_cells import COLUMN_OF, same, told
from hecon.workbook.read_back.inputs_found import find_inputs
from hecon.workbook.read_back.read_back import ReadBack
from hecon.workbook.read_back.read_control import plain_number, written_for
from hecon.workbook.sheets.input_cells import SHEET as INPUTS
from hecon.workbook.sheets.logged import FIELDS
from hecon.workbook.xlsx.package import read_package

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

_READING = ("threshold", "perspective", "reference")  # which no run depends on
_CHOICES = (*_READING, "horizon", "within_cycle", "discount_timing")  # in the order of Control
_NEAR = 1e-9  # relative


@dataclass(frozen=True)
class Change:
    """One change: its number on the sheet, whose it is, what of it, in words; the values, tables and settings it sets."""

    number: str
    name: str
    what: str
    words: str
    values: Mapping[str, float] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """A base case: cost and effect (strategy,), how it is read, or why the model refuses it."""

    cost: Array
    effect: Array
    threshold: float
    reference: str
    refused: str = ""


@dataclass(frozen=True)
class Walk:
    """`points` begins with the submitted base case and has one more for each change, `alone` one for each change."""

    strategies: tuple[str, ...]
    labels: tuple[str, ...]
    effect: str
    money: str
    changes: tuple[Change, ...]
    points: tuple[Point, ...]
    alone: tuple[Point, ...]

    def increment(self, point: Point, k: int) -> tuple[float, float, Icer | None, float]:
        """Cost, effect, ratio and net benefit of a strategy over the point's reference; the reference itself has no ratio."""
        if point.refused:
            return np.nan, np.nan, None, np.nan
        ref = self.strategies.index(point.reference)
        more, gain = float(point.cost[k] - point.cost[ref]), float(point.effect[k] - point.effect[ref])
        scale = float(np.abs(point.effect[[k, ref]]).max())
        ratio = None if k == ref else icer(more, gain, effect_word(self.effect), scale)
        return more, gain, ratio, point.threshold * gain - more

    def steps(self, k: int) -> list[float]:
        """What each change adds to the net benefit of a strategy over its reference, in currency; where the model refuses
        a step it has no number, and the next one holds both. They add up to the whole difference.
        """
        found, last = [], self.increment(self.points[0], k)[3]
        for point in self.points[1:]:
            now = self.increment(point, k)[3]
            found.append(now - last)
            last = last if point.refused else now
        return found

    @property
    def compared(self) -> list[int]:
        """The strategies that are not the reference all the way."""
        return [
            k
            for k, name in enumerate(self.strategies)
            if {one.reference for one in self.points if not one.refused} != {name}
        ]


def walk(file: str | Path, found: ReadBack, submitted: "Book", model: "Model") -> Walk:
    """The walk of a workbook that was read back (`found`) against the inputs it was written from, `submitted`.

    Raises:
        HeconError: the model refuses the submitted base case, or the end of the walk is not what the inputs read back give.

    >>> walk("no_such.xlsx", None, None, None)
    Traceback (most recent call last):
    hecon.errors.InputError: no_such.xlsx: not found
    """
    perspective, threshold, reference = written_for(file, submitted)
    start = {**submitted.settings, "perspective": perspective, "threshold": repr(threshold), "reference": reference}
    rows = find_inputs(read_package(file, only=(INPUTS,))).rows
    program = open_choices(model, submitted.settings, submitted).program
    used = [name for name in inputs_of(program) if name in rows]
    changes = changes_of(found, submitted, start, sorted(used, key=lambda name: rows[name]))
    made = walk_of(model, submitted, changes, start, found.book.tables)
    last = made.points[-1]
    if last.refused:
        raise HeconError(f"the model refuses the inputs of the workbook: {last.refused}")
    base = run(model, found.book.base())
    settings = {**start, **found.settings}
    wanted = cost_and_effect(base, settings["perspective"], made.effect)
    for what, mine, new in (("cost", last.cost, wanted[0][:, 0]), ("effect", last.effect, wanted[1][:, 0])):
        if np.abs(mine - new).max() > _NEAR * max(float(np.abs(new).max()), 1e-9):
            raise HeconError(
                f"the walk does not end at what the workbook holds: {what} {mine.tolist()}, not {new.tolist()}"
            )
    return made


def walk_of(
    model: "Model", book: "Book", changes: Sequence[Change], start: Mapping[str, str], tables: Mapping[str, Table]
) -> Walk:
    """The walk through given changes; `start` are the settings at its start, `tables` the tables as they are now.

    Raises:
        HeconError: the model refuses the submitted base case.

    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> start = {"perspective": "payer", "threshold": "1", "reference": "a", "effect": "none"}
    >>> changes = (Change("1", "c_visit", "value", "50 -> 60", {"c_visit": 60.0}),)
    >>> [point.cost.tolist() for point in walk_of(tree, book, changes, start, {}).points]
    [[100.0], [120.0]]
    """
    cumulative = [_merged(changes[:n]) for n in range(len(changes) + 1)]
    effect = start.get("effect", "") or "qaly"
    points = _points(model, book, [*cumulative, *changes], start, tables, effect)
    if points[0].refused:
        raise HeconError(f"the model refuses the submitted base case: {points[0].refused}")
    base = run(model, book.base())
    money = f"{base.currency} {base.price_year}".strip()
    n = len(cumulative)
    return Walk(base.strategies, base.labels, effect, money, tuple(changes), tuple(points[:n]), tuple(points[n:]))


def changes_of(found: ReadBack, submitted: "Book", start: Mapping[str, str], used: Sequence[str]) -> tuple[Change, ...]:
    """What was changed, in the order of the sheet Changes: choices, inputs, tables. All cells of a table are one change."""
    changes: list[Change] = []
    for name in _CHOICES:
        was, now = start.get(name, ""), found.settings.get(name, start.get(name, ""))
        if now != was and not (name == "threshold" and same(float(now), float(was))):
            shown = (
                (plain_number(float(was)), plain_number(float(now)))
                if name == "threshold"
                else (was or "as written", now)
            )
            changes.append(
                Change(str(len(changes) + 1), name, "Control", f"{shown[0]} -> {shown[1]}", settings={name: now})
            )
    edits = [(change, COLUMN_OF.get(change.target, change.target)) for change in found.edits if change.name in used]
    places = {name: k for k, name in enumerate(used)}
    numbers = [(change, column) for change, column in edits if column in FIELDS]
    for change, column in sorted(numbers, key=lambda one: (places[one[0].name], FIELDS.index(one[1]))):
        one = submitted.parameters[change.name]
        words = told(one, change).removeprefix(one.label or one.name).removeprefix(f", {column}").strip()
        values = {change.name: float(change.value)} if column == "value" else {}
        changes.append(Change(str(len(changes) + 1), change.name, column, words, values))
    number = len(changes)
    for name in found.tables:
        old, new = submitted.tables[name], found.book.tables[name]
        pairs = [(old.index, new.index), *((old.columns[one], new.columns[one]) for one in old.columns)]
        cells = sum(not same(b, a) for one, two in pairs for a, b in zip(one, two, strict=True))
        numbered = f"{number + 1}" if cells == 1 else f"{number + 1} to {number + cells}"
        words = next((one.partition(", ")[2] for one in found.changes if one.startswith(f"{name}, ")), "")
        words = words if cells == 1 else f"{cells} cells"
        changes.append(Change(numbered, name, "a table", words, tables=(name,)))
        number += cells
    return tuple(changes)


def _merged(changes: Sequence[Change]) -> Change:
    """All these changes as one."""
    values = {name: value for one in changes for name, value in one.values.items()}
    settings = {name: value for one in changes for name, value in one.settings.items()}
    return Change("", "", "", "", values, tuple(name for one in changes for name in one.tables), settings)


def _points(
    model: "Model",
    book: "Book",
    states: Sequence[Change],
    start: Mapping[str, str],
    tables: Mapping[str, Table],
    effect: str,
) -> list[Point]:
    """The base case of each state; states with the same tables and methods are draws of one run."""
    groups: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], list[int]] = {}
    for k, state in enumerate(states):
        methods = tuple((name, text) for name, text in sorted(state.settings.items()) if name not in _READING)
        groups.setdefault((tuple(sorted(state.tables)), methods), []).append(k)
    found: dict[int, Point] = {}
    for (named, methods), places in groups.items():
        other = replace(
            book,
            tables={**book.tables, **{name: tables[name] for name in named}},
            settings={**book.settings, **dict(methods)},
        )
        found |= _run(model, other, {k: states[k] for k in places}, start, effect)
    return [found[k] for k in range(len(states))]


def _run(
    model: "Model", book: "Book", states: Mapping[int, Change], start: Mapping[str, str], effect: str
) -> dict[int, Point]:
    """These states as draws of one run; one by one where the model refuses any of them."""
    names = tuple(dict.fromkeys(name for state in states.values() for name in state.values))
    values = np.array(
        [[state.values.get(name, book.parameters[name].value) for state in states.values()] for name in names]
    ).reshape(len(names), len(states))
    try:
        outcomes = run(model, Draws(book, names, values, "one-way"))
    except HeconError as error:
        if len(states) > 1:
            return {
                k: point for k, one in states.items() for point in _run(model, book, {k: one}, start, effect).values()
            }
        nothing = np.full(1, np.nan)
        return {k: Point(nothing, nothing, np.nan, "", str(error).splitlines()[0][:200]) for k in states}
    points = {}
    for draw, (k, state) in enumerate(states.items()):
        settings = {**start, **state.settings}
        cost, gained = cost_and_effect(outcomes, settings["perspective"], effect)
        points[k] = Point(cost[:, draw], gained[:, draw], float(settings["threshold"]), settings["reference"])
    return points
