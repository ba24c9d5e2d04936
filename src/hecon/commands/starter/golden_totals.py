"""$case gives the totals in golden/$case.toml, which `$example` gave when it was copied.

Where you change the model or its inputs on purpose, change that file in the same commit and say why the numbers moved.
"""

import runpy
import tomllib
from math import isclose
from pathlib import Path

import hecon

CASE = "$case"
ROOT = Path(__file__).parents[1]


def test_the_base_case_gives_its_golden_totals() -> None:
    """Discounted totals per patient, by strategy (structure.strategy where there are several) and item."""
    wanted = tomllib.loads((ROOT / "tests" / "golden" / f"{CASE}.toml").read_text(encoding="utf-8"))
    page = runpy.run_path(str(ROOT / "models" / CASE / "model.py"))
    models = {f"{name}.": model for name, model in page.get("MODELS", {}).items()} or {"": page["MODEL"]}
    draws = hecon.read_inputs(ROOT / "inputs" / CASE).base()
    found = {}
    for prefix, model in models.items():
        result = hecon.run(model, draws)
        for strategy, totals in zip(result.strategies, result.values[:, :, 0], strict=True):
            labels = [f"{item.kind} {item.name}" for item in result.items]
            found[f"{prefix}{strategy}"] = dict(zip(labels, totals, strict=True))
    assert {name: set(totals) for name, totals in found.items()} == {name: set(items) for name, items in wanted.items()}
    for name, totals in wanted.items():
        for label, total in totals.items():
            assert isclose(found[name][label], total, rel_tol=1e-9, abs_tol=1e-9), (name, label, found[name][label])
