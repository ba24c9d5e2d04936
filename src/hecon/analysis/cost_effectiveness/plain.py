"""Plain text of a small table, for print() and for doctests; the terminal's tables are in report.

Text columns to the left, numbers to the right.
"""

from collections.abc import Sequence


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Align a header and rows of texts; the first `left` columns to the left, the others to the right.

    >>> print(plain_table(["strategy", "cost"], [["a", "10"], ["b", "1,000"]]))
    strategy   cost
    a            10
    b         1,000
    """
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
