"""The executable workbook holds what happens in an interval in its row: recalculated, every cell is the engine's, under every
within-cycle method, timing and shorter horizon that Control offers.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hecon
from hecon import Cost, MarkovModel, Parameter, PartitionedSurvival, Strategy, Tunnel, Utility
from hecon.workbook.verify.trial import Made
from hecon.workbook.verify.verify import verify

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BOOK = hecon.make_book(
    "intervals",
    [
        Parameter(name="p_ill", value=0.3, distribution="beta", par1=30, par2=70),
        Parameter(name="p_die", value=0.1, distribution="beta", par1=10, par2=90),
        Parameter(name="c_drug", value=100.0, distribution="gamma mean se", par1=100, par2=10),
        Parameter(name="d_wait", value=0.3, distribution="gamma mean se", par1=0.3, par2=0.05),
        Parameter(name="dr", value=0.1),
    ],
)
STEPS = [
    Cost("drug", {"well": "where(t < 2, c_drug, 0)", "ill": "c_drug / (1 + t)"}, per="year", **CARE),
    Cost("watch", "where(cycle < 3, 7, 1)", per="cycle", **CARE),
    Utility({"well": "0.9 - 0.004 * t_mid", "ill": "0.5"}),
]
ALONE: dict[str, Any] = {
    "title": "intervals",
    "discount": {"cost": "dr", "effect": "dr / 2"},
    "discount_timing": "continuous",
    "strategies": [Strategy("now", "Now"), Strategy("later", "Later", lasts="d_wait")],
}


def chain(method: str, horizon: str, timing: str = "continuous", **more: Any) -> MarkovModel:
    """Well, ill, dead; in the tunnel of ill some start and some come."""
    return MarkovModel(
        ("well", "ill", "dead"), "1 year", horizon, method, "mid",
        transitions={"well -> ill": "p_ill", "well -> dead": "p_die", "ill -> dead": "2 * p_die"},
        outcomes=more.pop("outcomes", STEPS), start={"well": "0.6", "ill": "0.4"}, **{**ALONE, "discount_timing": timing, **more},
    )  # fmt: skip


IN_TUNNELS = "c_drug * where(state_time < 2, 1 / (1 + cycle), 0.1) * exp(-state_time_mid)"
TUNNELLED = [Cost("rehab", {"ill": IN_TUNNELS}, per="year", **CARE), Utility({"well": "1"})]
CURVES = PartitionedSurvival(
    ("well", "ill", "dead"), {"well": "exp(-p_ill * t)", "ill": "exp(-p_die * t)"}, "cap", "3 months", "4 years",
    "half-cycle", "end", outcomes=STEPS, **ALONE,
)  # fmt: skip
MODELS = {
    "half-cycle": chain("half-cycle", "7 years"),
    "half-cycle, whole years": chain("half-cycle", "7 years", "whole_year"),
    "mean flows": chain("half-cycle", "7 years", flows="mid"),
    "simpson, even": chain("simpson", "8 years"),
    "simpson, odd": chain("simpson", "7 years", "whole_year"),
    "simpson, one cycle": chain("simpson", "1 year"),
    "tunnels": chain("half-cycle", "7 years", outcomes=TUNNELLED, tunnels={"ill": Tunnel(4, "stay")}),
    "tunnels, end": chain("end", "7 years", "whole_year", outcomes=TUNNELLED, tunnels={"ill": Tunnel(4, "stay")}),
    "curves": CURVES,
}


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize("name", MODELS)
def test_every_cell_is_the_engines(name: str, tmp_path: Path) -> None:
    model = MODELS[name]
    if isinstance(model, MarkovModel) and not model.tunnels and name == "half-cycle":
        rates = {"well -> ill": "p_ill", "well -> dead": "p_die", "ill -> dead": "2 * p_die"}
        assert verified(replace(model, transitions=None, rates=rates), tmp_path / "rates.xlsx")
    assert verified(model, tmp_path / "twin.xlsx")


def verified(model: MarkovModel | PartitionedSurvival, path: Path) -> bool:
    """Write a twin and recalculate it under other inputs and every switch."""
    draws = BOOK.sample(10, seed=1)
    made = Made(model, BOOK, "payer", 20_000.0, "now", hecon.run(model, draws), draws)
    made.write(path)
    certificate = verify(path, made, count=8, engine="formualizer", inputs=False)
    assert certificate.passed, certificate.text()
    return certificate.worst < 1e-10


def test_simpson_is_offered_where_it_is_declared() -> None:
    from hecon.workbook.pages.open_choices import open_choices

    assert "simpson" not in open_choices(MODELS["half-cycle"], {}).offered
    assert open_choices(MODELS["simpson, odd"], {}).offered[-1] == "simpson"
