"""What a row of the input files says: a parameter, a table, a source, a change of a scenario, a correlation.

Plain records; `book` holds them together and `reading` makes them from files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from types import MappingProxyType

import numpy as np

from hecon.arrays import Array

PROVENANCES = ("read", "derived", "expert", "assumption", "unverified")
TARGETS = ("parameter", "distribution", "par1", "par2", "low", "high", "setting", "table", "curve")
SETTINGS = {
    "case": "whose model these inputs are for, where their own name does not say it",
    "title": "the decision problem in one line",
    "jurisdiction": "whose decision it is",
    "population": "who is treated",
    "perspective": "payer, health care sector, societal, or a further one of the model, such as societal: friction",
    "lost_work": "method of lost work that the societal perspective counts: illness, friction or human capital",
    "threshold": "currency per QALY (or per unit of the effect)",
    "effect": "qaly when left out; ly, ly_undiscounted, carer_qaly, count, a sum such as qaly + carer_qaly, or none",
    "draws": "number of draws of the probabilistic analysis",
    "seed": "of the draws",
    "sampling": "independent, latin hypercube or sobol",
    "currency": "of all costs",
    "price_year": "of all costs",
    "reference": "the strategy others are compared with",
    "strategies": "names of the strategies compared, separated by spaces; all of the model's when left out",
    "price_parameters": "names of prices that may be changed after the run, separated by spaces",
    "product_price": "the product's price, which `hecon price` asks about; of several, the first that is paid",
    "starting_age": "years; the input of that name, which a model may use as its age",
    "horizon": "overrides the model's",
    "within_cycle": "overrides the model's",
    "discount_timing": "overrides the model's",
    "discount_cost": "overrides the model's rate of costs: a rate, or rates by year such as 0.025 to 30; 0.015",
    "discount_effect": "overrides the model's rate of effects, in the same way",
    "severity_tables": "jurisdiction, life table and utility norms by age: GB-ENG life_table.q norms.utility",
    "rules": "jurisdiction whose rules took the place of the case's; written by hecon",
    "rules_told": "what these rules changed; written by hecon",
    "structure": "which of the case's structures",
    "precision": "currency; 95% half-width of INMB and EVPI at which a growing analysis stops",
    "incidence": "patients per year who will face the decision",
    "decision_years": "years the decision is expected to stand",
    "population_rate": "discount rate of future patients, per year",
    "study": "a study to be valued, such as binomial(p_response)",
    "study_largest": "patients of the study's largest size, in each arm",
    "study_fixed": "currency; what the study costs whatever its size",
    "study_per_patient": "currency per patient enrolled",
    "study_years": "years until the study reports",
    "country": "ISO code of the country whose prices the amounts are, such as NLD; one per currency, separated by spaces",
    "money_tables": "columns of tables that hold money of the settings' currency and price year: table.column, by spaces",
    "converted": "how the amounts were converted to this currency and price year; written by hecon",
    "grade": "how far published totals are met: replicated, rebuilt or exploratory",
    "comparisons": "of the atlas, apart by ';': 'strategy v reference', or 'structure: strategy v reference'",
    "not_separable": "causes that the published lumps of the case hold, apart by ';', such as 'delivery; side effects'",
    "cell_therapy": "yes (when left out) or no: whether the products compared are cells; the atlas counts the others apart",
    "agreement": "the agreement in force in the base case, which a run under one is given",
    "comparator_today": "whether the comparator is what patients are given today, and if not, what is",
    "roles": "of inputs, for hecon verify, where name and unit do not tell: hr_os: effect; share_x: none",
    "aversion": "to inequality in health (Atkinson), for `hecon fairness`; 0 counts all QALYs the same",
    "aversion_source": "where this aversion comes from",
    "opportunity_cost": "currency per QALY elsewhere, for `hecon fairness`; the threshold when left out",
    "opponent": "what an opponent attacks first, in one sentence",
}
NUMERIC_SETTINGS = (
    "threshold", "draws", "seed", "price_year", "starting_age", "precision", "incidence", "decision_years",
    "population_rate", "study_largest", "study_fixed", "study_per_patient", "study_years",
    "aversion", "opportunity_cost",
)  # fmt: skip
MONEY_SETTINGS = (
    "threshold",
    "precision",
    "study_fixed",
    "study_per_patient",
    "opportunity_cost",
)  # in the currency of the settings


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One input: a number with its unit, its uncertainty and where it comes from.

    `value` is the base case; `low` and `high` bound one-way analysis (nan when not given); `distribution` is spelled as
    in docs/inputs.md with `par1` and `par2`; `mean_differs` is the reason why the distribution's mean is not the value;
    `support` states where it must lie ("any", "0 to 1", "0 or more"), in place of what its unit says.
    `cells` maps columns to addresses such as "parameters!E14" and is empty for a parameter made in Python.

    >>> Parameter(name="c_drug", value=100.0, unit="EUR").place("value")
    'c_drug'
    >>> Parameter(name="c_drug", value=100.0, cells={"value": "parameters!E2"}).place("value")
    'parameters!E2 (c_drug)'
    """

    name: str
    label: str = ""
    group: str = ""
    unit: str = ""
    value: float
    low: float = nan
    high: float = nan
    distribution: str = ""
    par1: float = nan
    par2: float = nan
    correlation_group: str = ""
    source: str = ""
    provenance: str = ""
    price_year: str = ""
    currency: str = ""
    mean_differs: str = ""
    support: str = ""
    note: str = ""
    cells: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __repr__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        limits = f" ({self.low:.6g} to {self.high:.6g})" if self.low < self.high else ""
        return f"<Parameter {self.name} = {self.value:.6g}{unit}{limits}{f', {self.distribution}' if self.distribution else ''}>"

    @property
    def cell(self) -> str:
        """Address of the value, such as "parameters!E14"; empty for a parameter made in Python."""
        return self.cells.get("value", "")

    def place(self, column: str) -> str:
        """Address of one of its cells with its name, as faults print it."""
        cell = self.cells.get(column) or self.cells.get("name", "")
        return f"{cell} ({self.name})" if cell else self.name


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers by an increasing index, such as a life table: `index` (row,), each of `columns` (row,).

    The arrays are its own and read-only, so that what a run remembers of them stays true.

    >>> life = Table("life", "age", np.array([0.0, 1.0]), {"qx": np.array([0.006, 0.0004])})
    >>> float(life.columns["qx"][1])
    0.0004
    """

    name: str
    index_name: str
    index: Array
    columns: Mapping[str, Array]

    def __post_init__(self) -> None:
        columns = {name: _kept(column) for name, column in self.columns.items()}
        object.__setattr__(self, "index", _kept(self.index))
        object.__setattr__(self, "columns", MappingProxyType(columns))


def _kept(column: Array) -> Array:
    """A copy that cannot be written to; one that is such a copy already, as it is."""
    if isinstance(column, np.ndarray) and column.base is None and not column.flags.writeable:
        return column
    copy = np.array(column, dtype=np.float64)
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True)
class Source:
    """Where numbers come from: a citation with table or page, the country and year it speaks of, an address."""

    id: str
    citation: str = ""
    place: str = ""
    year: str = ""
    country: str = ""
    address: str = ""


@dataclass(frozen=True)
class Change:
    """One row of a scenario: `target` is one of TARGETS, `name` what is changed, `value` the new text."""

    target: str
    name: str
    value: str
    note: str = ""
    cell: str = field(default="", compare=False, repr=False)

    @property
    def place(self) -> str:
        """Address of the new value with the name changed."""
        return f"{self.cell} ({self.name})" if self.cell else self.name


@dataclass(frozen=True)
class Scenario:
    """A named set of changes to the base case."""

    name: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Correlation:
    """One entry of a group's matrix; `kind` is correlation, covariance or cholesky."""

    group: str
    name_1: str
    name_2: str
    value: float
    kind: str = "correlation"
    cell: str = field(default="", compare=False, repr=False)

    @property
    def place(self) -> str:
        """Address of the entry with its group and names."""
        return f"{self.cell or 'correlations'} ({self.group}: {self.name_1}, {self.name_2})"
