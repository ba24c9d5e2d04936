"""Layout: which cell of a written workbook holds what; verification, read-back and redaction work from it alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hecon.workbook.sheets.named_choices import NamedChoice
from hecon.workbook.sheets.scenario_plan import ScenarioPlan
from hecon.workbook.xlsx.pen import ColumnCells, OneCell


@dataclass(frozen=True)
class InputPlace:
    """The row of an input on Inputs and the addresses of its cells, counted from 0: (row, column)."""

    sheet: str
    row: int
    live: tuple[int, int]
    base: tuple[int, int]
    low: tuple[int, int]
    high: tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """Everything about a written workbook.

    `inputs` {name: place} of the inputs the model uses; `controls` {choice: (row, column)} on Control; `columns` and
    `cells` are the formulas whose numbers the engine knows, `helpers` (sheet, row, column) the other formulas;
    `named` {input: its row on Control} of those chosen by name, `scenarios` what Scenarios holds;
    `results` {(quantity, strategy): (sheet, row, column)}; `methods`, `steps`, `whole_year` are what `engine_values` needs.
    """

    inputs: Mapping[str, InputPlace]
    controls: Mapping[str, tuple[int, int]]
    columns: tuple[ColumnCells, ...]
    cells: tuple[OneCell, ...]
    helpers: tuple[tuple[str, int, int], ...]
    results: Mapping[tuple[str, str], tuple[str, int, int]]
    methods: Mapping[str, str]
    steps: Mapping[str, int]
    whole_year: bool
    not_live: tuple[str, ...] = ()
    twin: Any = field(default=None, repr=False)
    named: Mapping[str, NamedChoice] = field(default_factory=dict)
    scenarios: ScenarioPlan = field(default_factory=lambda: ScenarioPlan(0))

    @property
    def formulas(self) -> int:
        """How many formula cells there are."""
        return sum(one.last - one.first + 1 for one in self.columns) + len(self.cells) + len(self.helpers)
