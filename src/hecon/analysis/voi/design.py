"""Study designs declared in a line: what is measured, in whom, for how long; for the value of sample information.

binomial(p_response)                              events among n patients
normal(u_event_free, sd=0.2)                      mean of n measurements
poisson(r_relapse, years=2)                       events in n patients, each observed for so long
survival(r_death, years=3, loss=0.05)             times to event; censored at 3 years, lost at 0.05 per year
two_arm(binomial(p_control), binomial(p_new))     n patients in each arm
"""

import ast
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.voi.drawn import Sampled, varying
from hecon.errors import HeconError, nearest
from hecon.evaluate.formula import evaluate_formula
from hecon.formula.syntax import Name, parse, walk
from hecon.inputs.draws import Draws
from hecon.outcomes import Array

KINDS = ("binomial", "normal", "poisson", "survival")
_OPTIONS = {
    "binomial": (),
    "normal": ("sd",),
    "poisson": ("years",),
    "survival": ("years", "loss"),
}


@dataclass(frozen=True)
class Arm:
    """One arm: what is measured (`kind`), the formula of its true mean, probability or rate, and how it is observed.

    `sd` is that of one measurement, in its unit; `years` the observation of one patient; `loss` a rate per year.
    """

    kind: str
    formula: str
    sd: float = 0.0
    years: float = 0.0
    loss: float = 0.0


@dataclass(frozen=True)
class Design:
    """A study: its text and its one or two arms, each of n patients."""

    text: str
    arms: tuple[Arm, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the arms' formulas, each once."""
        return tuple(dict.fromkeys(name for arm in self.arms for name in _names(arm.formula)))

    def truths(self, draws: Sampled, n: int) -> Array:
        """The arms' true values (arm, draw) in the draws: probabilities, means or rates per year.

        Raises:
            HeconError: a formula of unknown inputs, probabilities outside 0..1, rates below 0.

        >>> design("poisson(2 * r_fall, years=1)").truths({"r_fall": [0.1, 0.2]}, 2).tolist()
        [[0.2, 0.4]]
        """
        rows = []
        for arm in self.arms:
            known = {name: draws[name] for name in _names(arm.formula) if _is_known(draws, name)}
            tables = dict(draws.book.tables) if isinstance(draws, Draws) else {}
            values = evaluate_formula(arm.formula, tables, **{name: np.asarray(x) for name, x in known.items()})
            rows.append(np.broadcast_to(np.asarray(values, dtype=np.float64), (n,)))
            _check_truths(arm, rows[-1], self.text)
        return np.array(rows)


def design(text: str) -> Design:
    """Read a design; see the top of this file for what can be written.

    Raises:
        HeconError: an unknown design or option, options missing or out of range.

    >>> design("survival(r_death, years=3)").arms[0].years
    3.0
    >>> design("binom(p)")
    Traceback (most recent call last):
    hecon.errors.HeconError: study 'binom(p)': unknown design 'binom'; did you mean 'binomial'?
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise HeconError(f"study '{text}': is not a design; write, for instance, binomial(p_response)") from error
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "two_arm":
        if len(tree.args) != 2 or tree.keywords:
            raise HeconError(
                f"study '{text}': two_arm takes two designs, such as two_arm(binomial(p_a), binomial(p_b))"
            )
        return Design(text, tuple(_arm(one, text) for one in tree.args))
    return Design(text, (_arm(tree, text),))


def _arm(tree: ast.expr, text: str) -> Arm:
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise HeconError(f"study '{text}': is not a design; write, for instance, binomial(p_response)")
    kind = tree.func.id
    if kind not in KINDS:
        hint = nearest(kind, [*KINDS, "two_arm"]) or f" (known: {', '.join(KINDS)}, two_arm)"
        raise HeconError(f"study '{text}': unknown design '{kind}'{hint}")
    if len(tree.args) != 1:
        raise HeconError(f"study '{text}': {kind} takes one formula, got {len(tree.args)}")
    options: dict[str, float] = {}
    for word in tree.keywords:
        if word.arg not in _OPTIONS[kind]:
            known = ", ".join(_OPTIONS[kind]) or "none"
            raise HeconError(f"study '{text}': {kind} has no option '{word.arg}' (its options: {known})")
        if not isinstance(word.value, ast.Constant) or not isinstance(word.value.value, int | float):
            raise HeconError(f"study '{text}': {word.arg} must be a number")
        options[str(word.arg)] = float(word.value.value)
    for name in _OPTIONS[kind]:
        if name not in options and name != "loss":
            raise HeconError(f"study '{text}': {kind} needs {name}=")
        if not (options.get(name, 0.0) > 0 or (name == "loss" and options.get(name, 0.0) == 0)):
            raise HeconError(f"study '{text}': {name} must be above 0; got {options[name]:g}")
    return Arm(kind, ast.unparse(tree.args[0]), **options)


def _names(formula: str) -> list[str]:
    return [one.name for one in walk(parse(formula)) if isinstance(one, Name) and one.name != "pi"]


def _is_known(draws: Sampled, name: str) -> bool:
    return name in draws.book.parameters if isinstance(draws, Draws) else name in varying(draws)


def _check_truths(arm: Arm, values: Array, text: str) -> None:
    low, high = (-np.inf, np.inf) if arm.kind == "normal" else (0.0, 1.0 if arm.kind == "binomial" else np.inf)
    wrong: NDArray[np.intp] = np.flatnonzero(~((values >= low) & (values <= high) & np.isfinite(values)))
    if wrong.size:
        what = "a probability" if arm.kind == "binomial" else "a rate" if low == 0 else "a number"
        raise HeconError(f"study '{text}': {arm.formula} is {values[wrong[0]]:g} in draw {wrong[0]}, not {what}")
