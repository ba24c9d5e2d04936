"""The smallest run with a product, that doctests can follow by hand."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.structure import QALY, Cost, DecisionTree, Leaf, Strategy

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis


def one_product(**records: tuple[Mapping[str, str], ...]) -> "Analysis":
    """The base case of a product at 100 that gains one QALY, against nothing at a threshold of 150, with tables of its book.

    >>> one_product().base.cost("payer").tolist()
    [[0.0], [100.0]]
    """
    from hecon.results.case import Case

    drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care"), QALY("gain", "1")])
    free = {"cost": "0", "effect": "0"}
    tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    book = make_book("demo", [Parameter(name="price", value=100.0)], records=records)
    return Case("demo", {"": tree}, book).run(draws=0, perspective="payer", wtp=150.0, reference="none")
