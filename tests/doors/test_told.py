"""Numbers in notes that tell what is withheld: every way in which people write them."""

import pytest

from hecon.errors import InputError
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter
from hecon.inputs.told import check_told, left_numbers

WAYS = ("475,000", "475 000", "475.000", "475'000", "475\u2019000", "475\u00a0000", "475k", "475 K", "0.475 million", "0,475 mln",
        "EUR475000", "US$475,000.00", "475.000,00", "474,998", "475000")  # fmt: skip


def book(value, note):
    return make_book("demo", [Parameter(name="price", value=value), Parameter(name="fee", value=1.0, note=note)])


@pytest.mark.parametrize("way", WAYS)
def test_a_price_is_found_however_it_is_written(way):
    with pytest.raises(InputError, match="fee, note: tells the value of price"):
        check_told(book(475_000.0, f"list price {way}, less a rebate"), ["price"])


@pytest.mark.parametrize(
    ("value", "way"),
    [(95.5, "95.50"), (95.5, "95,5"), (0.355, "0.355"), (0.355, "35.5%"), (1.25, "1,25"), (912.0, "912")],
)
def test_values_under_a_thousand_of_three_digits_are_found(value, way):
    with pytest.raises(InputError, match="tells the value of price"):
        check_told(book(value, f"about {way} each"), ["price"])


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (475_000.0, "475 patients in 2019"),
        (2019.0, "prices of 2019"),
        (0.35, "0.35"),
        (475_000.0, "475,100"),
        (950.0, "95"),
    ],
)
def test_what_occurs_by_chance_is_not_refused_but_listed(value, note):
    check_told(book(value, note), ["price"])
    assert left_numbers(book(value, note), ["price"])["fee, note"]


def test_a_run_lists_the_numbers_that_are_left(home, call, monkeypatch):
    path = home / "inputs" / "demo" / "parameters.csv"
    head, *rows = path.read_text().splitlines()
    rows[1] = ",".join([*rows[1].split(",")[:-1], "a twelfth is 39.58 a month"])
    path.write_text("\n".join([head, *rows]) + "\n")
    said = call("twin", "demo", "--redact", "c_treatment", "--draws", "0", "--out", "c.xlsx").stderr
    assert "check that none of them reveals what is withheld" in said
    assert "39.58" in said
