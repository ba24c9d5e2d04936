"""A book made in Python: the same inputs give the same fingerprint, however a number was typed."""

import numpy as np

import hecon
from hecon import Parameter


def test_a_number_is_the_same_input_however_it_was_typed() -> None:
    typed = [hecon.make_book("demo", [Parameter(name="fee", value=x, low=1, high=3)]) for x in (2, 2.0, np.int64(2))]
    assert len({book.fingerprint() for book in typed}) == 1
