"""The JavaScript functions that a printed model calls, as one text to paste beside it."""

from pathlib import Path

from hecon.formula import special

_FOLDER = Path(__file__).with_name("javascript")
_FILES = ("functions", "tables", "normal", "log_gamma", "gamma", "gamma_ppf", "survival", "uniformise")
_CONSTANTS = ("NEAR_ZERO", "SCORE_A", "SCORE_B", "SCORE_C", "SCORE_D")


def functions_script() -> str:
    """Plain functions without a global object, for the inside of one closure; what Python fixed by numbers is printed first.

    >>> "function normal_cdf(" in functions_script(), "const NEAR_ZERO = 0.05;" in functions_script()
    (True, True)
    """
    numbers = ((name, getattr(special, name)) for name in _CONSTANTS)
    constants = [f"const {name} = {list(one) if isinstance(one, tuple) else one};" for name, one in numbers]
    return "\n".join([*constants, *((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _FILES)])
