"""What may and may not be withheld, and what may be shown all the same: refusals that say what would follow from what."""

import json
import re
import shutil
from pathlib import Path

import pytest

import hecon
from hecon.cases import find_case
from hecon.confidential.plan import Confidential, plan_confidential
from hecon.confidential.write import write_confidential_run
from hecon.errors import HeconError, InputError
from hecon.results.options import Options
from hecon.workbook.xlsx.package import read_package

ROOT = Path(__file__).parents[2]
SICK = ROOT / "tests" / "validation" / "sick_sicker"


def planned(folder: Path, names: str, show: str = "") -> Confidential:
    return plan_confidential(find_case(str(folder)), Options(draws=0), names, show, b"a salt for the tests")[0]


@pytest.mark.parametrize(
    ("names", "show", "told"),
    [
        ("c_trtA", "cost:strategy_a", "c_trtA: is withheld and would follow from cost:strategy_a"),
        ("c_trtA", "icer:strategy_a", "c_trtA: is withheld and would follow from icer:strategy_a"),
        ("c_trtA,c_trtB", "cost:strategy_ab,cost:strategy_a", "c_trtB: is withheld and would follow from"),
        ("c_trtA,c_trtB", "icer:strategy_a", "c_trtA: is withheld and would follow from icer:strategy_a"),
        ("c_trtA", "cost:standard", "does not move with what is withheld"),
        ("c_trtA", "cost:strategy_aa", "did you mean 'cost:strategy_a'"),
    ],
)
def test_what_would_tell_is_not_shown(names: str, show: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        planned(SICK, names, show)


def test_one_sum_of_two_withheld_prices_is_shown(tmp_path: Path) -> None:
    plan = planned(SICK, "c_trtA,c_trtB", "cost:strategy_ab")
    base = hecon.run(plan.model, plan.book.base())
    cost = base.cost("payer")[base.strategies.index("strategy_ab"), 0]
    assert plan.withheld.shown == {"cost:strategy_ab": cost}
    assert plan.withheld.implied["icer:strategy_ab"] == "cost:strategy_ab"
    folder = write_confidential_run(plan, tmp_path, "run", "hecon run", figures=False)
    package = read_package(folder / "sick_sicker.xlsx")
    place = next(k for k, word in package.sheets["Checks"].words.items() if word == "cost:strategy_ab")
    assert package.number(("Checks", place[0], 2)) == pytest.approx(cost, rel=1e-15)
    assert (place[0], 2) not in package.sheets["Checks"].formulas
    assert json.loads((folder / "results.json").read_text())["shown_on_request"] == {"cost:strategy_ab": cost}


@pytest.mark.parametrize(
    ("folder", "names", "told"),
    [
        (SICK, "c_trtX", "is not an input of sick_sicker; did you mean 'c_trt"),
        (SICK, ",", "--redact names no input"),
        (SICK, "r_HD,c_H", "nothing would be left to show"),
        (ROOT / "models" / "car_t_paediatric_all", "p_infused", "withhold p_died_waiting, p_manufacturing_failure too"),
        (ROOT / "models" / "car_t_paediatric_all", "price_tisagenlecleuce", "did you mean"),
    ],
)
def test_inputs_that_cannot_be_withheld(folder: Path, names: str, told: str) -> None:
    with pytest.raises(HeconError, match=re.escape(told)):
        planned(folder, names)


def test_what_is_computed_from_a_withheld_input_is_withheld_too() -> None:
    plan = planned(ROOT / "tests" / "validation" / "til_melanoma_2018", "c_ipi_drug")
    assert plan.withheld.names == ("c_ipi_drug", "c_progressive_year")


def test_a_text_that_tells_the_value_is_refused(tmp_path: Path) -> None:
    shutil.copytree(SICK, tmp_path / "sick_sicker")
    path = tmp_path / "sick_sicker" / "inputs" / "settings.csv"
    path.write_text(path.read_text() + 'title,"drug A at 12,000 a year",\n')
    with pytest.raises(InputError, match="setting title: tells the value of c_trtA"):
        planned(tmp_path / "sick_sicker", "c_trtA")
