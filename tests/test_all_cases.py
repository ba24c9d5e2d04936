"""What holds of every case: causes add up, perspectives differ by their sectors alone, work lost by dying is never a saving."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon.causes import CAUSES
from hecon.perspectives import counted_by, method_of, methods_of

ROOT = Path(__file__).parents[1]
CASES = sorted(path.parent.name for path in ROOT.glob("models/*/model.py"))


def _runs() -> list[tuple[str, str]]:
    return [(name, structure) for name in CASES for structure in hecon.open_case(str(ROOT / "models" / name)).models]


@pytest.fixture(scope="module", params=_runs(), ids="-".join)
def run(request: pytest.FixtureRequest) -> Any:
    """A structure of a case with a few draws."""
    name, structure = request.param
    return hecon.open_case(str(ROOT / "models" / name)).run(draws=20, structure=structure)


def test_every_cost_and_every_loss_is_filed_by_its_cause(run: Any) -> None:
    costs = {item.name: item.category for item in run.base.items if item.kind == "cost"}
    losses = {item.name: item.category for item in run.base.items if item.kind == "qaly" and item.category}
    assert {name: cause for name, cause in (costs | losses).items() if cause not in CAUSES} == {}
    harms = [item for item in run.base.items if item.category in ("side effects", "subsequent treatment")]
    assert [item.name for item in harms if item.kind == "cost" and not item.of] == []


def test_the_causes_of_every_arm_add_up_to_its_cost(run: Any) -> None:
    for outcomes in (run.base, run.psa):
        for perspective in outcomes.perspectives:
            parts = sum(outcomes.split("category", perspective).values())
            assert parts == pytest.approx(outcomes.cost(perspective), rel=1e-12, abs=1e-6), perspective


def test_perspectives_differ_by_their_sectors_and_method_and_nothing_else(run: Any) -> None:
    by_sector: dict[str, Any] = {}
    for item, values in zip(run.base.items, run.base.values.transpose(1, 0, 2), strict=True):
        if item.kind == "cost":
            by_sector[item.sector] = by_sector.get(item.sector, 0) + values
    for perspective, sectors in run.base.perspectives.items():
        wanted = sum(
            (by_sector[sector] for sector in sectors if sector in by_sector), np.zeros((len(run.base.strategies), 1))
        )
        assert run.base.cost(perspective) == pytest.approx(wanted, rel=1e-12, abs=1e-6), perspective
    sectors = list(by_sector)
    assert {"illness", "friction", "human capital"} <= set(methods_of(sectors))
    lost = [sector for sector in run.base.perspectives["societal"] if method_of(sector)]
    assert tuple(lost) == counted_by(run.book.settings["lost_work"], sectors)
    assert "consumption" not in run.base.perspectives["societal"]


DEADLIER = {  # an input of the comparator, and a value at which more of its patients die
    "axi_cel_second_line": ("", "standard", "p_os_late_soc", 0.4),
    "axi_cel_third_line": ("", "salvage", "p_os_24_soc", 0.15),
    "car_t_follicular": ("", "standard", "p_os_soc", 0.5),
    "cell_therapy_myeloma": ("cilta_cel", "standard", "p_os_30_cilta_soc", 0.4),
    "allogeneic_transplantation": ("refractory_children", "best_available", "p_history_48", 0.2),
    "car_t_paediatric_all": ("", "salvage", "p_tail_salvage", 0.05),
    "headroom": ("add_on", "comparator", "p_alive_3", 0.5),
    "glioblastoma": ("", "radiation", "p_os_24_rt", 0.06),
    "neuroblastoma": ("", "isotretinoin", "rate_os_tt", 0.3),
    "sipuleucel_t": ("", "standard", "p_os_36_std", 0.1),
    "til_melanoma": ("", "ipilimumab", "p_os_60_ipi", 0.12),
}


def test_every_case_says_what_makes_its_comparator_deadlier() -> None:
    assert sorted(DEADLIER) == CASES


@pytest.mark.parametrize("name", sorted(DEADLIER))
def test_a_comparator_that_kills_sooner_never_saves_work(name: str) -> None:
    """By human capital, without consumption, for the patient's own paid work."""
    structure, strategy, parameter, value = DEADLIER[name]
    case = hecon.open_case(str(ROOT / "models" / name))
    model = case.models[structure] if structure else case.model
    lost, lived = [], []
    for book in (case.book.base(), case.book.fix(**{parameter: value})):
        found = hecon.run(model, book)
        at = found.strategies.index(strategy)
        own = [
            k for k, i in enumerate(found.items) if i.method == "human capital" and i.category.startswith("lost work, ")
        ]
        lost.append(float(found.values[at, own].sum()))
        lived.append(float(found.effect("ly")[at, 0]))
    assert lived[1] < lived[0]
    assert lost[1] >= lost[0]
