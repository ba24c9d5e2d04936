"""A headroom case of one row, for the doctests of what computes and lays out rows."""

from pathlib import Path

from hecon.inputs.book import make_book
from hecon.inputs.parameter import Change, Parameter, Scenario, Source
from hecon.results.case import Case
from hecon.results.headroom.rows import COLUMNS, FILE
from hecon.structure import QALY, Cost, DecisionTree, Leaf, Strategy


def one_product(folder: str) -> tuple[Case, Path]:
    """The case, its rows.csv written to a folder: a dose at 75 that costs 60 to make; no gain is known, 100 a QALY.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     case, _ = one_product(folder)
    >>> list(case.book.scenarios)
    ['cells']
    """
    cells = (
        "cells",
        "children",
        "nothing",
        "",
        "gain",
        "0",
        "0 1 2",
        "dose",
        "yes",
        "made",
        "Nothing (trial_1).",
        "A gain.",
    )
    Path(folder, FILE).write_text(f"{','.join(COLUMNS)}\n{','.join(cells)}\n", encoding="utf-8")
    dose = Leaf(outcomes=[Cost("dose", "price", category="product", sector="health care"), QALY("gain", "gain")])
    strategies = [Strategy("none", to=Leaf()), Strategy("product", to=dose)]
    tree = DecisionTree("Demo", strategies, {"cost": "0", "effect": "0"}, "continuous", let={"made": "60"})
    settings = {
        "price_parameters": "price",
        "product_price": "price",
        "threshold": "100",
        "perspective": "payer",
        "currency": "EUR",
    }
    row = Scenario("cells", "Cells", (Change("parameter", "price", "75", "read trial_1; a list price"),))
    inputs = [
        Parameter(name="price", label="price of a dose", value=0.0),
        Parameter(
            name="gain", label="QALYs gained", value=0.0, distribution="normal", par1=0.0, par2=1.0, support="any"
        ),
    ]
    book = make_book(
        "demo", inputs, settings=settings, scenarios={"cells": row}, sources={"trial_1": Source("trial_1", "A trial")}
    )
    return Case("demo", {"": tree}, book), Path(folder)
