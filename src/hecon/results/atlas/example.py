"""One comparison whose sums are in the head, for the doctests of what computes and prints the atlas."""

from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.results.atlas.build import Choices, comparisons_of
from hecon.results.atlas.comparison import Comparison
from hecon.results.case import Case
from hecon.structure import QALY, Cost, DecisionTree, Leaf, Strategy
from hecon.structure.items import Outcome


def cells_or_care() -> Case:
    """Cells cost 1,100 upfront and gain a QALY; care costs 200, and 400 for nausea a year later.

    >>> cells_or_care().settings["perspective"]
    'payer'
    """
    cells: list[Outcome] = [
        Cost("cells", "price", "product", "health care"),
        Cost("collection", "100", "delivery", "health care"),
        QALY("life", "1"),
    ]
    care = [
        Cost("drug", "200", "product", "health care"),
        Cost("nausea", "400", "side effects", "health care", of="chemotherapy", at="1 year"),
    ]
    strategies = [Strategy("care", "Care", Leaf(outcomes=care)), Strategy("cells", "Cells", Leaf(outcomes=cells))]
    tree = DecisionTree("Cells or care", strategies, {"cost": "0", "effect": "0"}, "continuous")
    settings = {
        "perspective": "payer", "threshold": "2000", "currency": "USD", "price_year": "2023", "grade": "rebuilt",
        "product_price": "price", "price_parameters": "price",
    }  # fmt: skip
    return Case("demo", {"": tree}, make_book("demo", [Parameter(name="price", value=1000.0)], settings=settings))


def cells_v_care() -> Comparison:
    """Its comparison, of the base case, undiscounted, in USD of 2023.

    >>> cells_v_care()
    <Comparison demo: cells v care; 1 draws>
    """
    (found,) = comparisons_of(cells_or_care(), Choices(0, "USD", 2023, "0", "0"))
    return found
