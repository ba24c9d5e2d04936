"""Published totals of small evaluations as Outcomes, one study each; they are totals without inputs, so no cases."""

import csv
from pathlib import Path

import numpy as np

from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.outcomes import Outcomes


def published(study: str) -> Outcomes:
    """Cost and effect of every strategy of a study, as printed."""
    with (Path(__file__).parent / "totals.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["study"] == study]
    cost, effect = (np.array([[float(row[name])] for row in rows]) for name in ("cost", "effect"))
    return from_totals([row["strategy"] for row in rows], cost, effect)
