"""hecon: cost-effectiveness models written once as formulas, run over every draw at once, explained to the last number.

case     = hecon.open_case("car_t_paediatric_all")        # model(s), inputs, settings; or hecon.open_case(MODEL, book)
analysis = case.run(draws=10_000, seed=1)                 # base case, draws and PSA of one model, together
analysis.incremental(perspective="health care sector")    # prints, shows in a notebook, .to_frame(), .plot(ax=None)
hecon.write_workbook(analysis, "car_t.xlsx")

outcomes = hecon.run(MODEL, book.sample(10_000, seed=1))  # the functions below: Outcomes (strategy, item, draw)
table    = hecon.incremental(outcomes, perspective="health care sector")
"""

from typing import TYPE_CHECKING, Any

from hecon.shown import Printers, print_with
from hecon.version import VERSION

if TYPE_CHECKING:
    from hecon.analysis.cost_effectiveness.acceptability import (
        acceptability,
        evpi,
        thresholds_around,
    )
    from hecon.analysis.cost_effectiveness.breakdown import cost_breakdown, effect_breakdown
    from hecon.analysis.cost_effectiveness.incremental import incremental
    from hecon.analysis.cost_effectiveness.net_benefit import inmb, net_benefit, nmb
    from hecon.analysis.cost_effectiveness.over_time import over_time
    from hecon.analysis.cost_effectiveness.pairwise import pairwise
    from hecon.analysis.exchange.other_tools import read_layout, write_layout
    from hecon.analysis.exchange.psa_tables import (
        read_long_psa,
        read_wide_psa,
        write_wide_psa,
    )
    from hecon.analysis.sensitivity.global_sensitivity import global_sensitivity
    from hecon.analysis.sensitivity.horizons import horizons
    from hecon.analysis.sensitivity.one_way import on_icer, one_way
    from hecon.analysis.sensitivity.price import (
        headroom,
        required_effect,
        value_based_price,
    )
    from hecon.analysis.sensitivity.price_search import price_search
    from hecon.analysis.sensitivity.scenarios import scenarios
    from hecon.analysis.sensitivity.subgroups import subgroups
    from hecon.analysis.sensitivity.threshold import thresholds
    from hecon.analysis.sensitivity.two_way import two_way
    from hecon.analysis.voi.convergence import convergence
    from hecon.analysis.voi.evppi import evppi, evppi_each, evppi_ranking
    from hecon.analysis.voi.evsi import evsi, sample_sizes
    from hecon.analysis.voi.population import Population, enbs
    from hecon.analysis.voi.research import research_decision
    from hecon.analysis.voi.until_stable import until_stable
    from hecon.cases import open_case
    from hecon.errors import HeconError, InputError, ModelError
    from hecon.evaluate.explaining.explain import explain
    from hecon.evaluate.formula import evaluate_formula
    from hecon.evaluate.keep.ledger import Ledger
    from hecon.evaluate.run import run
    from hecon.formula.functions import primitive
    from hecon.inputs.book import Book, make_book
    from hecon.inputs.conversion import convert_money
    from hecon.inputs.cycle_probabilities import cycle_probabilities
    from hecon.inputs.draws import Draws
    from hecon.inputs.parameter import Parameter
    from hecon.inputs.reading import read_inputs
    from hecon.inputs.subgroups import read_subgroups
    from hecon.outcomes import Item, Outcomes
    from hecon.page.write_page import write_page
    from hecon.report.analysis_folder import load_analysis, save_analysis
    from hecon.report.run_folder import write_run
    from hecon.report.values_workbook import write_tables
    from hecon.report.write_case import write_case
    from hecon.report.write_report import write_report
    from hecon.results.analysis import Analysis
    from hecon.results.case import Case
    from hecon.structure import (
        QALY,
        Branch,
        Chance,
        Check,
        Cost,
        Count,
        Decision,
        DecisionTree,
        Leaf,
        LifeYears,
        MarkovModel,
        Option,
        PartitionedSurvival,
        Strategy,
        Tunnel,
        Utility,
    )
    from hecon.verification.verify import verify
    from hecon.workbook.write_workbook import write_workbook

__version__ = VERSION

__all__ = [
    "QALY",
    "Analysis",
    "Book",
    "Branch",
    "Case",
    "Chance",
    "Check",
    "Cost",
    "Count",
    "Decision",
    "DecisionTree",
    "Draws",
    "HeconError",
    "InputError",
    "Item",
    "Leaf",
    "Ledger",
    "LifeYears",
    "MarkovModel",
    "ModelError",
    "Option",
    "Outcomes",
    "Parameter",
    "PartitionedSurvival",
    "Population",
    "Strategy",
    "Tunnel",
    "Utility",
    "acceptability",
    "contributions",
    "convergence",
    "convert_money",
    "cost_breakdown",
    "cycle_probabilities",
    "effect_breakdown",
    "enbs",
    "evaluate_formula",
    "evpi",
    "evppi",
    "evppi_each",
    "evppi_ranking",
    "evsi",
    "explain",
    "global_sensitivity",
    "headroom",
    "horizons",
    "incremental",
    "inmb",
    "load_analysis",
    "load_outcomes",
    "make_book",
    "net_benefit",
    "nmb",
    "on_icer",
    "one_way",
    "open_case",
    "over_time",
    "pairwise",
    "price_search",
    "primitive",
    "read_inputs",
    "read_layout",
    "read_long_psa",
    "read_subgroups",
    "read_wide_psa",
    "required_effect",
    "research_decision",
    "run",
    "sample_sizes",
    "save_analysis",
    "save_outcomes",
    "scenarios",
    "subgroups",
    "thresholds",
    "thresholds_around",
    "two_way",
    "until_stable",
    "value_based_price",
    "verify",
    "write_case",
    "write_layout",
    "write_page",
    "write_report",
    "write_run",
    "write_tables",
    "write_wide_psa",
    "write_word",
    "write_workbook",
]  # fmt: skip

_LATER = {
    "hecon.analysis.cost_effectiveness.acceptability": ("acceptability", "evpi", "thresholds_around"),
    "hecon.analysis.cost_effectiveness.breakdown": ("cost_breakdown", "effect_breakdown"),
    "hecon.analysis.sensitivity.contribution": ("contributions",),
    "hecon.analysis.voi.convergence": ("convergence",),
    "hecon.analysis.voi.evppi": ("evppi", "evppi_each", "evppi_ranking"),
    "hecon.analysis.voi.evsi": ("evsi", "sample_sizes"),
    "hecon.analysis.exchange.psa_tables": ("read_long_psa", "read_wide_psa", "write_wide_psa"),
    "hecon.analysis.sensitivity.global_sensitivity": ("global_sensitivity",),
    "hecon.analysis.voi.until_stable": ("until_stable",),
    "hecon.analysis.sensitivity.horizons": ("horizons",),
    "hecon.analysis.cost_effectiveness.incremental": ("incremental",),
    "hecon.analysis.exchange.other_tools": ("read_layout", "write_layout"),
    "hecon.analysis.cost_effectiveness.net_benefit": ("inmb", "net_benefit", "nmb"),
    "hecon.analysis.sensitivity.one_way": ("on_icer", "one_way"),
    "hecon.analysis.cost_effectiveness.over_time": ("over_time",),
    "hecon.analysis.cost_effectiveness.pairwise": ("pairwise",),
    "hecon.analysis.voi.population": ("Population", "enbs"),
    "hecon.analysis.sensitivity.price": ("headroom", "required_effect", "value_based_price"),
    "hecon.analysis.sensitivity.price_search": ("price_search",),
    "hecon.analysis.voi.research": ("research_decision",),
    "hecon.analysis.sensitivity.scenarios": ("scenarios",),
    "hecon.analysis.exchange.storage": ("load_outcomes", "save_outcomes"),
    "hecon.analysis.sensitivity.subgroups": ("subgroups",),
    "hecon.analysis.sensitivity.threshold": ("thresholds",),
    "hecon.analysis.sensitivity.two_way": ("two_way",),
    "hecon.cases": ("open_case",),
    "hecon.errors": ("HeconError", "InputError", "ModelError"),
    "hecon.evaluate.explaining.explain": ("explain",),
    "hecon.evaluate.formula": ("evaluate_formula",),
    "hecon.evaluate.keep.ledger": ("Ledger",),
    "hecon.evaluate.run": ("run",),
    "hecon.formula.functions": ("primitive",),
    "hecon.inputs.book": ("Book", "make_book"),
    "hecon.inputs.conversion": ("convert_money",),
    "hecon.inputs.cycle_probabilities": ("cycle_probabilities",),
    "hecon.inputs.draws": ("Draws",),
    "hecon.inputs.parameter": ("Parameter",),
    "hecon.inputs.reading": ("read_inputs",),
    "hecon.inputs.subgroups": ("read_subgroups",),
    "hecon.outcomes": ("Item", "Outcomes"),
    "hecon.page.write_page": ("write_page",),
    "hecon.report.analysis_folder": ("load_analysis", "save_analysis"),
    "hecon.report.run_folder": ("write_run",),
    "hecon.report.values_workbook": ("write_tables",),
    "hecon.report.write_case": ("write_case",),
    "hecon.report.write_report": ("write_report",),
    "hecon.report.write_word": ("write_word",),
    "hecon.results.analysis": ("Analysis",),
    "hecon.results.case": ("Case",),
    "hecon.structure": (
        "QALY", "Branch", "Chance", "Check", "Cost", "Count", "Decision", "DecisionTree", "Leaf", "LifeYears",
        "MarkovModel", "Option", "PartitionedSurvival", "Strategy", "Tunnel", "Utility",
    ),
    "hecon.verification.verify": ("verify",),
    "hecon.workbook.write_workbook": ("write_workbook",),
}  # fmt: skip  # a name is imported when first asked for: the command line shows its help without numpy
_HOME = {name: module for module, names in _LATER.items() for name in names}


def _printers() -> Printers:
    """What knows how results look, which stands above them; imported when the first result is shown."""
    from hecon.report import printers

    return printers


print_with(_printers)


def __getattr__(name: str) -> Any:
    """A name of `__all__` that was not imported yet."""
    if name not in _HOME:
        raise AttributeError(f"module 'hecon' has no attribute '{name}'")
    from importlib import import_module

    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Every public name."""
    return sorted({*globals(), *__all__})
