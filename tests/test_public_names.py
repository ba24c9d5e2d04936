"""What `import hecon` gives: the list is written here, so that a name comes or goes on purpose."""

import subprocess
import sys
import tomllib
from pathlib import Path

import hecon

PUBLIC = [
    "Analysis", "Book", "Branch", "Case", "Chance", "Check", "Cost", "Count", "Decision", "DecisionTree", "Draws",
    "HeconError", "InputError", "Item", "Leaf", "Ledger", "LifeYears", "MarkovModel", "ModelError", "Option",
    "Outcomes", "Parameter", "PartitionedSurvival", "Population", "QALY", "Strategy", "Tunnel", "Utility",
    "acceptability", "contributions", "convergence", "convert_money", "cost_breakdown", "cycle_probabilities", "effect_breakdown",
    "enbs", "evaluate_formula", "evpi", "evppi", "evppi_each", "evppi_ranking", "evsi", "explain",
    "global_sensitivity", "headroom", "horizons", "incremental", "inmb", "load_analysis", "load_outcomes",
    "make_book", "net_benefit", "nmb", "on_icer", "one_way", "open_case", "over_time", "pairwise", "price_search",
    "primitive", "read_inputs", "read_layout", "read_long_psa", "read_subgroups", "read_wide_psa",
    "required_effect", "research_decision", "run", "sample_sizes", "save_analysis", "save_outcomes", "scenarios",
    "subgroups", "thresholds", "thresholds_around", "two_way", "until_stable", "value_based_price", "verify",
    "write_case", "write_layout", "write_page", "write_report", "write_run", "write_tables", "write_wide_psa", "write_word",
    "write_workbook",
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


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(hecon, "tornado")
    assert set(PUBLIC) <= set(dir(hecon))
