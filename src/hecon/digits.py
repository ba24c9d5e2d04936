"""How many digits an amount is printed with: enough to be read, and never so few that it becomes 0."""

import math

SMALLEST, ROUND_FROM = 1e-6, 9.95  # smaller amounts are printed as 0, larger ones whole
_SAME = 1e-9


def money_text(value: float, sign: str = "") -> str:
    """An amount of money in print: whole from 10 up, to two digits below, so that a small one does not become 0.

    `sign` is "+" where a plus is to be printed too.

    >>> [money_text(x) for x in (1234.5, 9.96, 5.0, 0.277, -0.0042, -0.2, 0.0)]
    ['1,234', '10', '5', '0.28', '-0.0042', '-0.20', '0']
    """
    size = abs(value)
    whole = not SMALLEST <= size < ROUND_FROM or abs(size - round(size)) < _SAME
    decimals = 0 if whole else 1 - math.floor(math.log10(size * 1.005))  # 0.0996 is printed 0.10
    return f"{value:{sign}z,.{decimals}f}"


def number_text(value: float, decimals: int | None) -> str:
    """A number with so many decimals; with none it is money, or a count, and printed as `money_text` says.

    Below 0, so many significant digits: for numbers of any size, such as inputs.

    >>> number_text(0.2771, 0), number_text(0.2771, 3), number_text(0.00123456, -4), number_text(1234567.0, -4)
    ('0.28', '0.277', '0.001235', '1,234,567')
    """
    if decimals is not None and decimals < 0:
        return f"{value:z,.0f}" if abs(value) >= 10**-decimals else f"{value:z,.{-decimals}g}"
    return f"{value:z,.{decimals}f}" if decimals else money_text(value)
