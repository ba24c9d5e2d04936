"""What an hour of work costs and how long a job stays open, by country; a stand-in for a country without a table is named.

The figures are in data/work_by_country.csv, one row each with its source; a case copies what it uses into its own inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.csv_file import read_csv

FOLDER = Path(__file__).parent / "data"
WANTED = ("paid_work_hour", "unpaid_work_hour", "informal_care_hour", "friction_days")


@dataclass(frozen=True)
class WorkFact:
    """One figure of a country and a year, with its unit, its source and whether it was read, derived or is unverified."""

    country: str
    fact: str
    year: int
    value: float
    unit: str
    source: str
    provenance: str
    note: str


@dataclass(frozen=True)
class CountryWork:
    """The figures for a country, by name (`work["friction_days"]`); each says of which country and year it is."""

    country: str
    facts: tuple[WorkFact, ...]

    def __getitem__(self, fact: str) -> float:
        return self.row(fact).value

    def row(self, fact: str) -> WorkFact:
        """The whole row of a figure; KeyError for one that is not there."""
        return {one.fact: one for one in self.facts}[fact]

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """The figures that are those of another country."""
        return tuple(one.fact for one in self.facts if one.country != self.country)

    def __str__(self) -> str:
        lines = []
        for one in self.facts:
            of = "" if one.country == self.country else f"; {one.country} stands in for {self.country}"
            told = f"{one.fact}: {one.value:g} {one.unit}, {one.year} ({one.provenance}: {one.source}{of})"
            lines.append(told)
        return "\n".join(lines)


def country_work(
    country: str, year: int | None = None, stand_in: str = "", facts: Sequence[str] = WANTED
) -> CountryWork:
    """Figures of lost work for a country (three letters), of one year or of the latest year that each has.

    Those are the cost of an hour of paid work, of unpaid work and of informal care, in the country's money of that year,
    and the friction period in days. What the country does not have is taken from `stand_in`, and said. Money of a stand-in
    stays in the stand-in's currency: convert it before use.

    Raises:
        InputError: all at once: figures that neither country has, with the countries and years that have them.

    >>> print(country_work("NLD", 2023))
    paid_work_hour: 41.4 EUR per hour, 2023 (read: nld_manual)
    unpaid_work_hour: 19.51 EUR per hour, 2023 (read: nld_manual)
    informal_care_hour: 19.51 EUR per hour, 2023 (read: nld_manual)
    friction_days: 120.683 days, 2023 (read: nld_friction)
    >>> country_work("DEU", facts=["friction_days"], stand_in="NLD").stand_ins
    ('friction_days',)
    """
    found, faults = [], []
    for fact in facts:
        row = _latest(country, fact, year) or (_latest(stand_in, fact, year) if stand_in else None)
        if row:
            found.append(row)
        else:
            asked = f"{country}{f' or {stand_in}' if stand_in else ''}{f' in {year}' if year else ''}"
            faults.append(Fault(fact, f"there is none of {asked}; {_where(fact)}"))
    raise_faults(faults, InputError, f"work in {country}")
    return CountryWork(country, tuple(found))


def work_sources() -> dict[str, str]:
    """The citation of each source, with its address.

    >>> work_sources()["bls_2023"]
    'US Bureau of Labor Statistics, Occupational Employment and Wage Statistics, May 2023, bls.gov/oes'
    """
    rows = read_csv(FOLDER / "sources.csv").records()
    return {row["id"]: ", ".join(filter(None, (row["citation"], row["address"]))) for row in rows}


def _latest(country: str, fact: str, year: int | None) -> WorkFact | None:
    rows = [one for one in _rows() if (one.country, one.fact) == (country, fact) and year in (None, one.year)]
    return max(rows, key=lambda one: one.year, default=None)


def _where(fact: str) -> str:
    """Which countries and years have a figure, as an error says it."""
    years: dict[str, list[int]] = {}
    for one in _rows():
        if one.fact == fact:
            years.setdefault(one.country, []).append(one.year)
    if not years:
        known = sorted({one.fact for one in _rows()})
        return f"no country has it{nearest(fact, known)} (known: {', '.join(known)})"
    spans = [f"{country} {_span(found)}" for country, found in years.items()]
    return f"there is {', '.join(spans)}; name one with stand_in=, or bring a figure of your own"


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{min(years)} to {max(years)}"


@cache
def _rows() -> tuple[WorkFact, ...]:
    return tuple(
        WorkFact(
            row["country"], row["fact"], int(row["year"]), float(row["value"]), row["unit"], row["source"],
            row["provenance"], row["note"],
        )
        for row in read_csv(FOLDER / "work_by_country.csv").records()
    )  # fmt: skip
