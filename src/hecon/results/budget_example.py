"""The example of the doctests of budgets: 600 patients a year, a drug of 12,000 in place of care of 5,000."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hecon.results.case import Case


def two_treatments() -> "Case":
    """A case whose uptake of the drug is 10% in the first year and 20% in the second, with a ceiling of 500,000 a year.

    >>> two_treatments().book.settings["reference"]
    'care'
    """
    from hecon.inputs.book import make_book
    from hecon.inputs.parameter import Parameter
    from hecon.results.case import Case
    from hecon.structure import Cost, DecisionTree, Leaf, Strategy

    drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    care = Leaf(outcomes=[Cost("care", "5000", category="disease care", sector="health care")])
    arms = [Strategy("care", to=care), Strategy("drug", to=drug)]
    tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    people = [("new", "600", "500", "700", "patients a year"), ("limit", "500000", "", "", "money a year")]
    names = ("name", "value", "low", "high", "unit", "provenance")
    population = tuple(dict(zip(names, (*row, "assumption"), strict=True)) for row in people)
    shares = [("with", "drug", "0.1", "0.2"), ("with", "care", "0.9", "0.8"), ("without", "care", "1", "1")]
    uptake = tuple(dict(zip(("world", "strategy", "year_1", "year_2"), row, strict=True)) for row in shares)
    settings = {"perspective": "payer", "effect": "none", "reference": "care", "currency": "EUR", "price_year": "2023"}
    price = Parameter(
        name="price", label="price of the drug", value=12_000.0, low=10_000.0, high=13_000.0, unit="EUR 2023"
    )
    book = make_book("demo", [price], settings=settings, records={"population": population, "uptake": uptake})
    return Case("demo", {"": tree}, book)
