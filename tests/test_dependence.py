"""What follows from an input by the text of the formulas holds all that moves with it, and little that does not."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.evaluate.compile.fitted_curves import with_curves
from hecon.formula.dependence import dependents, followed
from hecon.formula.program import inputs_of
from hecon.inputs.draws import Draws
from hecon.structure.lowering import lower

ROOT = Path(__file__).parents[1]
MODELS = sorted(one.parent.name for one in (ROOT / "models").glob("*/model.py"))
VALIDATION = sorted(one.parent.name for one in (ROOT / "tests" / "validation").glob("*/model.py"))


@pytest.mark.parametrize("name", [*VALIDATION, *MODELS])
def test_whatever_moves_with_an_input_depends_on_it(name: str) -> None:
    folder = ROOT / "models" / name if name in MODELS else ROOT / "tests" / "validation" / name
    book = hecon.read_inputs(ROOT / "inputs" / name if name in MODELS else folder / "inputs")
    names = runpy.run_path(str(folder / "model.py"))
    models = names.get("MODELS") or {"": names["MODEL"]}
    model = models.get(book.settings.get("structure", "")) or next(iter(models.values()))
    program = with_curves(lower(model, book.settings), book)
    shares = {member for group in book.margins.groups for member in group.members}
    used = [
        one
        for one in inputs_of(program)
        if one in book.parameters
        and one not in shares
        and book.parameters[one].unit not in ("switch", "choice")
        and not one.startswith("age")  # a life table may end there
    ]
    values = np.repeat([[book.parameters[one].value] for one in used], len(used) + 1, axis=1)
    values[np.arange(len(used)), np.arange(len(used)) + 1] *= 0.999
    outcomes = hecon.run(model, Draws(book, tuple(used), values, "nudged"))
    moved_at_all = 0
    for k, one in enumerate(used, start=1):
        moves = outcomes.values[..., k] != outcomes.values[..., 0]
        moved = {
            (outcomes.strategies[s], outcomes.items[i].kind, outcomes.items[i].name)
            for s, i in np.argwhere(moves).tolist()
        }
        found = dependents(program, [one]).items
        assert moved <= found, one
        assert bool(found) == (one in followed(program)), one
        moved_at_all += bool(moved)
    assert moved_at_all > len(used) / 3


def test_the_price_of_one_strategy_is_no_other_strategys() -> None:
    folder = ROOT / "tests" / "validation" / "sick_sicker"
    model = runpy.run_path(str(folder / "model.py"))["MODEL"]
    program = lower(model, hecon.read_inputs(folder / "inputs").settings)
    assert {strategy for strategy, *_ in dependents(program, ["c_trtA"]).items} == {"strategy_a", "strategy_ab"}
    assert dependents(program, ["c_trtA"]).moved == frozenset()
    assert dependents(program, ["hr_S1S2_trtB"]).moved == {"strategy_b", "strategy_ab"}
