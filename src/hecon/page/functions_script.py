"""The JavaScript functions that a printed model calls, as one text to paste beside it."""

from pathlib import Path

_FOLDER = Path(__file__).with_name("javascript")
_FILES = ("functions.js", "tables.js", "uniformise.js")


def functions_script() -> str:
    """Plain functions without a global object, for the inside of one closure.

    >>> "function look_up(" in functions_script()
    True
    """
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _FILES)
