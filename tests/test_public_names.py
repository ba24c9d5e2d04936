"""What `import hecon` gives: the list is written here, so that a name comes or goes on purpose."""

import subprocess
import sys
import tomllib
from pathlib import Path

import hecon

PUBLIC = [
    "QALY", "Book", "Branch", "Chance", "Check", "Cost", "Count", "Decision", "DecisionTree", "Draws", "HeconError",
    "InputError", "Item", "Leaf", "LifeYears", "MarkovModel", "ModelError", "Option", "Outcomes", "Parameter",
    "PartitionedSurvival", "Strategy", "Tunnel", "Utility", "cycle_probabilities", "evaluate_formula",
    "explain", "incremental", "make_book", "pairwise",
    "primitive", "read_inputs", "run",
]  # fmt: skip
HEAVY = ("scipy.stats", "scipy.optimize", "pandas", "matplotlib", "SALib", "openpyxl", "xlsxwriter")


def test_public_names() -> None:
    assert sorted(hecon.__all__) == sorted(PUBLIC)
    assert len(hecon.__all__) == len(set(hecon.__all__))


def test_every_name_is_there_and_says_what_it_is() -> None:
    for name in PUBLIC:
        found = getattr(hecon, name)
        assert found.__doc__, name
        assert found.__module__.startswith("hecon."), name


def test_importing_is_light() -> None:
    code = f"import hecon, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package() -> None:
    told = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert hecon.__version__ == told["project"]["version"]
