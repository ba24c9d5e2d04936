"""hecon: cost-effectiveness models written once as formulas, run over every draw at once, explained to the last number.

book   = hecon.read_inputs("inputs/demo")        # parameters, tables, sources
draws  = book.sample(10_000, seed=1)             # or book.base(), .one_way(), .fix(...)
result = hecon.run(MODEL, draws)                 # Outcomes (strategy, item, draw)
table  = hecon.incremental(result, perspective="health care sector")
"""

from hecon.analysis.incremental import incremental
from hecon.analysis.pairwise import pairwise
from hecon.errors import HeconError, InputError, ModelError
from hecon.evaluate.explain import explain
from hecon.evaluate.formula import evaluate_formula
from hecon.evaluate.run import run
from hecon.formula.functions import primitive
from hecon.inputs.book import Book, make_book
from hecon.inputs.cycle_probabilities import cycle_probabilities
from hecon.inputs.draws import Draws
from hecon.inputs.parameter import Parameter
from hecon.inputs.reading import read_inputs
from hecon.outcomes import Item, Outcomes
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
from hecon.version import VERSION

__version__ = VERSION

__all__ = [
    "QALY", "Book", "Branch", "Chance", "Check", "Cost", "Count", "Decision", "DecisionTree", "Draws", "HeconError",
    "InputError", "Item", "Leaf", "LifeYears", "MarkovModel", "ModelError", "Option", "Outcomes", "Parameter",
    "PartitionedSurvival", "Strategy", "Tunnel", "Utility", "cycle_probabilities", "evaluate_formula",
    "explain", "incremental", "make_book",
    "pairwise", "primitive", "read_inputs", "run",
]  # fmt: skip
