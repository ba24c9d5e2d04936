"""Figures of work by country: the published ones, their formula, and what is said where there is none."""

import pytest

from hecon.errors import InputError
from hecon.parts import country_work, work_sources
from hecon.parts.work_by_country import _rows


def test_the_dutch_figures_of_the_manual_of_2024() -> None:
    assert [country_work("NLD", year)["paid_work_hour"] for year in (2022, 2023)] == [39.88, 41.40]
    assert [country_work("NLD", year)["informal_care_hour"] for year in (2022, 2023)] == [18.80, 19.51]
    assert [round(country_work("NLD", year)["friction_days"], 1) for year in (2022, 2023)] == [115.3, 120.7]


@pytest.mark.parametrize(
    ("year", "open_jobs", "filled"), [(2021, 313.4, 1244.0), (2022, 444.4, 1507.0), (2023, 423.7, 1462.0)]
)
def test_the_friction_period_by_its_formula(year: int, open_jobs: float, filled: float) -> None:
    """365 x open / filled vacancies (thousands, Statistics Netherlands) + 28 days."""
    found = country_work("NLD", year, facts=["friction_days_of_year"])["friction_days_of_year"]
    assert found == pytest.approx(365 * open_jobs / filled + 28, abs=0.1)


@pytest.mark.parametrize("year", range(2002, 2024))
def test_the_mean_of_five_years(year: int) -> None:
    single = [
        country_work("NLD", y, facts=["friction_days_of_year"])["friction_days_of_year"]
        for y in range(year - 4, year + 1)
    ]
    assert country_work("NLD", year, facts=["friction_days"])["friction_days"] == pytest.approx(
        sum(single) / 5, abs=0.01
    )


def test_a_stand_in_is_named() -> None:
    found = country_work("USA", stand_in="NLD")
    assert found.stand_ins == ("unpaid_work_hour", "informal_care_hour", "friction_days")
    assert found["paid_work_hour"] == 31.48
    assert found.row("paid_work_hour").provenance == "unverified"
    assert "friction_days: 120.683 days, 2023 (read: nld_friction; NLD stands in for USA)" in str(found)


def test_without_a_table_the_error_lists_what_there_is() -> None:
    with pytest.raises(InputError) as told:
        country_work("DEU", 2023)
    for words in ("paid_work_hour: there is none of DEU in 2023; there is NLD 2022 to 2023, USA 2023", "stand_in=",
                  "friction_days: there is none of DEU in 2023; there is NLD 2002 to 2023"):  # fmt: skip
        assert words in str(told.value)
    with pytest.raises(InputError, match="did you mean 'friction_days'"):
        country_work("NLD", facts=["friction_day"])


def test_every_row_has_a_source() -> None:
    sources = work_sources()
    for row in _rows():
        assert row.source in sources
        assert row.provenance in ("read", "derived", "unverified")
    assert set(sources) == {row.source for row in _rows()}
