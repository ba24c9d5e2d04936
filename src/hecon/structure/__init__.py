"""Structures: what a model is written with."""

from hecon.formula.program import Tunnel
from hecon.structure.items import QALY, Check, Cost, Count, LifeYears, Utility
from hecon.structure.markov import MarkovModel
from hecon.structure.partitioned import PartitionedSurvival
from hecon.structure.tree import Branch, Chance, Decision, DecisionTree, Leaf, Option, Strategy

__all__ = [
    "QALY", "Branch", "Chance", "Check", "Cost", "Count", "Decision", "DecisionTree", "Leaf", "LifeYears", "MarkovModel",
    "Option", "PartitionedSurvival", "Strategy", "Tunnel", "Utility",
]  # fmt: skip
