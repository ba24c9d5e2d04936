"""The scenarios of a case as the workbook holds them: which are live, what each changes, and what the engine gives for it.

A scenario is live where it changes inputs and choices of Control alone; why another is not is told beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.totals import cost_and_effect
from hecon.analysis.sensitivity.scenarios import Reading, deterministic
from hecon.arrays import Array
from hecon.errors import HeconError, ModelError
from hecon.inputs.parameter import Change
from hecon.inputs.tables.cells import number as number_of
from hecon.inputs.withheld import WITHHELD
from hecon.names import letters
from hecon.structure.clock import years
from hecon.workbook.pages.open_choices import TIMINGS
from hecon.workbook.sheets.control import AS_DECLARED, Choices, number
from hecon.workbook.sheets.input_options import option_names, short_label

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "Scenarios"
NONE = "none"
SHOWN_ROW = 7  # the first strategy of what is shown now, counted from 0
CHOICES = {  # settings that Control has, by the name of their choice
    "threshold": "threshold", "perspective": "perspective", "reference": "reference", "horizon": "horizon",
    "within_cycle": "method", "discount_timing": "timing",
}  # fmt: skip
_CHANGED = {"distribution": "a distribution", "par1": "a distribution", "par2": "a distribution", "low": "a range",
            "high": "a range", "table": "a table"}  # fmt: skip


@dataclass(frozen=True)
class ScenarioLine:
    """One scenario: what it changes in `words`, the notes of these changes, `why` it is not live ("" where it is).

    Its inputs and choices are numbers.
    `cost` and `effect` are (strategy,) as `reading` counts them, None where the engine has none to be shown.
    """

    name: str
    label: str
    words: str
    notes: str
    why: str
    values: Mapping[str, float]
    choices: Mapping[str, float]
    reading: Reading
    cost: Array | None
    effect: Array | None


@dataclass(frozen=True)
class ScenarioPlan:
    """What the sheet holds and where, a line each: the base case first, then the live scenarios, then the others."""

    strategies: int
    lines: tuple[ScenarioLine, ...] = ()

    @property
    def live(self) -> tuple[ScenarioLine, ...]:
        """The base case and the scenarios that the workbook can show."""
        return tuple(one for one in self.lines if not one.why)

    @property
    def names(self) -> tuple[str, ...]:
        """The live scenarios."""
        return tuple(one.name for one in self.live[1:])

    @property
    def inputs(self) -> tuple[str, ...]:
        """Inputs that a live scenario changes, a column each."""
        return tuple(dict.fromkeys(name for one in self.live for name in one.values))

    @property
    def choices(self) -> tuple[str, ...]:
        """Choices that a live scenario makes, a column each."""
        return tuple(name for name in CHOICES.values() if any(name in one.choices for one in self.live))

    @property
    def first(self) -> int:
        """The row of the base case, counted from 0."""
        return SHOWN_ROW + self.strategies + 5

    @property
    def totals(self) -> int:
        """The column of the first strategy's cost; its effect is beside it."""
        return 2

    @property
    def ratios(self) -> int:
        """The column of the first comparison: ICER, what it says, net monetary benefit."""
        return self.totals + 2 * self.strategies

    @property
    def told(self) -> int:
        """The column that tells whether a scenario is live; what it changes is beside it."""
        return self.ratios + 3 * (self.strategies - 1)

    @property
    def stored(self) -> tuple[tuple[int, int], ...]:
        """The cells (row, column) of the base case's totals; none where no results are stored."""
        there = bool(self.lines) and self.lines[0].cost is not None
        return tuple((self.first, column) for column in range(self.totals, self.ratios)) if there else ()

    def column(self, name: str, choice: bool = False) -> int:
        """The column of an input, or of a choice."""
        before = self.told + 3
        return before + self.choices.index(name) if choice else before + len(self.choices) + self.inputs.index(name)

    def span(self, column: int) -> str:
        """The live lines of a column.

        >>> line = ScenarioLine("none", "", "", "", "", {}, {}, Reading("payer", 1.0, "a"), None, None)
        >>> ScenarioPlan(2, (line,)).span(0)
        'Scenarios!$A$15:$A$15'
        """
        c = letters(column)
        return f"{SHEET}!${c}${self.first + 1}:${c}${self.first + len(self.live)}"

    def now(self, choice: str, own: str) -> str:
        """A choice as a formula: what the scenario in force says, or its `own` where that says nothing."""
        return self._now(self.column(choice, choice=True), own) if choice in self.choices else own

    def live_value(self, name: str, own: str) -> str:
        """The same of an input."""
        return self._now(self.column(name), own) if name in self.inputs else own

    def _now(self, column: int, own: str) -> str:
        said = f"INDEX({self.span(column)},{number('scenario')})"
        return f'IF({said}="",{own},{said})'


def plan_scenarios(
    model: Any, book: "Book", used: Sequence[str], choices: Choices, shortest: float, strategies: Sequence[str],
    *, of_scenario: str = "", withheld: Sequence[str] = (),
) -> ScenarioPlan:  # fmt: skip
    """What the workbook holds of the book's scenarios; nothing where it has none.

    `shortest` is the shortest horizon of a structure in years, `of_scenario` the scenario that the book is of already.
    Where inputs are `withheld`, no results are stored.
    """
    if not book.scenarios:
        return ScenarioPlan(len(strategies))
    reading = Reading(choices.perspective, choices.wtp, strategies[choices.reference], choices.effect)
    books: dict[str, Book] = {}
    lines = [ScenarioLine(NONE, "The base case", "nothing", "", "", {}, {}, reading, None, None)]
    for name, one in book.scenarios.items():
        why, other = f"not live: the workbook is of scenario {of_scenario}" if of_scenario else "", None
        if not why and any(change.value == WITHHELD and change.name in withheld for change in one.changes):
            why = "not live: changes an input that is withheld"
        if not why:
            try:
                other = book.scenario(name)
            except HeconError as error:
                why = _first(error)
        words = "; ".join(_words(book, change) for change in one.changes)
        notes = "; ".join(dict.fromkeys(change.note for change in one.changes if change.note not in ("", WITHHELD)))
        line = ScenarioLine(name, one.label or name, words, notes, why, {}, {}, reading, None, None)
        if other is not None:
            books[name] = other
            line = _line(line, one.changes, book, other, used, choices, shortest, strategies)
        lines.append(line)
    totals = {} if withheld else _totals(model, {NONE: book, **books}, strategies)
    lines = [_with_totals(one, totals.get(one.name), refused=bool(totals) and one.name in books) for one in lines]
    return ScenarioPlan(len(strategies), tuple(sorted(lines, key=lambda one: one.why != "")))


def _line(
    line: ScenarioLine, changes: Sequence[Change], book: "Book", other: "Book", used: Sequence[str], choices: Choices,
    shortest: float, strategies: Sequence[str],
) -> ScenarioLine:  # fmt: skip
    """A scenario that the engine accepts: its values, its choices, and why it is not live."""
    values = {
        name: other.parameters[name].value
        for name in used
        if other.parameters[name].value != book.parameters[name].value
    }
    made: dict[str, float] = {}
    whys: list[str] = []
    reading = line.reading
    for setting, text in other.settings.items():
        if text == book.settings.get(setting, ""):
            continue
        found = _choice(setting, text, choices, shortest, strategies)
        if found is None:
            whys.append(f"changes the setting {setting} to {text}, which is no choice here")
        else:
            made[CHOICES[setting]] = found
        if setting == "perspective":
            reading = replace(reading, perspective=text)
        elif setting == "reference":
            reading = replace(reading, reference=text)
        elif setting == "threshold":
            reading = replace(reading, wtp=float(text))
    others = dict.fromkeys(_CHANGED[one.target] for one in changes if one.target in _CHANGED)
    if "a table" in others or (others and not values and not made):
        whys += [f"changes {what}" for what in others]
    return replace(
        line, values=values, choices=made, reading=reading, why="not live: " + "; ".join(whys) if whys else ""
    )


def _choice(setting: str, text: str, choices: Choices, shortest: float, strategies: Sequence[str]) -> float | None:
    """A setting as Control's number of it; None where Control has no such choice."""
    if setting == "threshold":
        return float(text)
    if setting == "horizon":
        try:
            asked = float(years(text))
        except ModelError:
            return None
        whole = all(abs(asked * rate - round(asked * rate)) <= 1e-9 for rate in choices.rates)
        return asked if choices.horizon and asked <= shortest + 1e-9 and whole else None
    known: Mapping[str, tuple[Sequence[str], int]] = {
        "perspective": (list(choices.table.perspectives), 1), "reference": (list(strategies), 1),
        "within_cycle": ([AS_DECLARED, *choices.methods], 0), "discount_timing": (TIMINGS, 0),
    }  # fmt: skip
    listed, start = known.get(setting, ((), 0))
    return float(list(listed).index(text) + start) if text in listed else None


def _totals(model: Any, books: "Mapping[str, Book]", strategies: Sequence[str]) -> "dict[str, Any]":
    """The engine's outcomes of each scenario that this structure and these strategies have."""
    base = books[NONE].settings
    same = {
        name: one
        for name, one in books.items()
        if all(one.settings.get(what, "") == base.get(what, "") for what in ("structure", "strategies"))
    }
    try:
        return deterministic({"": model}, {name: _plain(one) for name, one in same.items()})
    except HeconError:
        return {name: found for name, one in same.items() for found in _alone(model, name, _plain(one))}


def _plain(book: "Book") -> "Book":
    """Without the name of its structure, of which there is one here."""
    return replace(book, settings={key: text for key, text in book.settings.items() if key != "structure"})


def _alone(model: Any, name: str, book: "Book") -> Iterator[Any]:
    try:
        yield deterministic({"": model}, {name: book})[name]
    except HeconError:
        return


def _with_totals(line: ScenarioLine, outcomes: Any, refused: bool) -> ScenarioLine:
    """The line with its totals; one that the engine was to run and `refused` is not live."""
    if outcomes is None:
        return replace(line, why=line.why or "not live: the model refuses it") if refused else line
    cost, effect = cost_and_effect(outcomes, line.reading.perspective, line.reading.effect)
    return replace(line, cost=cost[:, 0], effect=effect[:, 0])


def _words(book: "Book", change: Change) -> str:
    """A change in a few words."""
    if change.value == WITHHELD:
        return f"{change.name}: {WITHHELD}"
    if change.target == "parameter":
        one = book.parameters.get(change.name)
        if one is None:
            return f"{change.name} -> {change.value}"
        names, now = option_names(one), number_of(change.value)
        was, to = (
            names.get(one.value, f"{one.value:,.6g}"),
            change.value if now is None else names.get(now, change.value),
        )
        return f"{short_label(one)} {was} -> {to}"
    if change.target == "setting":
        return f"{change.name.replace('_', ' ')} {change.value}"
    if change.target == "curve":
        return f"curve {change.name}: {change.value}"
    if change.target == "table":
        return f"table {change.name}: {change.value}"
    return f"{change.target} of {change.name}: {change.value}"


def _first(error: Exception) -> str:
    return f"not live: cannot be run: {str(error).splitlines()[-1].strip(' -')[:200]}"
