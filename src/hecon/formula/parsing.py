"""From text to a formula: read, and refused where its macros, written out, would grow beyond measure."""

from functools import lru_cache

from hecon.errors import ModelError
from hecon.formula.macros import expanded_size
from hecon.formula.syntax import Node, read

DEEPEST, LARGEST = 250, 20_000  # nested and all operations, macros written out


@lru_cache(maxsize=20_000)
def parse(text: str) -> Node:
    """Read one formula.

    Raises:
        ModelError: anything outside the language, with a caret under it; functions inside functions that grow too large,
            since each level of nesting multiplies the one inside.

    >>> parse("a + 2 * b")
    Call(op='+', args=(Name(name='a'), Call(op='*', args=(Number(value=2.0), Name(name='b')))))
    """
    tree = read(text)
    size, depth = expanded_size(tree)
    if size > LARGEST or depth > DEEPEST:
        what = f"{size:,} operations" if size > LARGEST else f"{depth} nested operations"
        raise ModelError(
            f"functions inside functions make a formula of {what}: give the inner ones names of their own; it begins"
            f" {text.strip()[:60]}..."
        )
    return tree
