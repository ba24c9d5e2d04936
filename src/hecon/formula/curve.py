"""One survival curve as trees: a family with or without cure, over the nodes of its parameters, for any time or share.

survival and cumulative_hazard are 1 and 0 by branch up to time 0; hazard is asked for at times above 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hecon.formula.families import FamilyFormulas
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Name, Node, Number, substitute

NODES = 48  # of a restricted mean's sum; right to 1e-9 of its limit for log shapes up to 5
_CURED, _REST = "1 / (1 + exp(-max(cure, -700)))", "1 / (1 + exp(min(cure, 700)))"


@dataclass(frozen=True)
class CurveTrees:
    """A family's formulas with a node for each parameter (on the transformed scale); `cure` is "", "mixture" or
    "non-mixture" and its parameter is named cure, a logit; `knots` are a spline's log times.
    """

    family: FamilyFormulas
    parameters: Mapping[str, Node]
    cure: str = ""
    knots: Sequence[float] = ()

    def survival(self, t: Node) -> Node:
        """Survival at time t.

        >>> from hecon.formula.families import FAMILIES
        >>> from hecon.formula.text import to_text
        >>> to_text(CurveTrees(FAMILIES["exponential"], {"rate": Name("os_rate")}).survival(Name("t")))
        'where(t <= 0, 1, exp(-exp(os_rate) * max(t, 1e-300)))'
        """
        return self._after_0(t, 1.0, self._survival(_above_0(t)))

    def cumulative_hazard(self, t: Node) -> Node:
        """-log S(t)."""
        h = self._put(self.family.cumulative, t=_above_0(t))
        if self.cure == "mixture":
            near, far = f"-log_one_plus(({_REST}) * exp_less_one(-H))", f"-log(({_CURED}) + ({_REST}) * exp(-H))"
            h = self._put(f"where(H < 1, {near}, {far})", H=h)
        elif self.cure:
            h = self._put("-log_one_plus_exp(-cure) * exp_less_one(-H)", H=h)
        return self._after_0(t, 0.0, h)

    def hazard(self, t: Node) -> Node:
        """The hazard at time t, per unit of time."""
        h, s = (self._put(text, t=_above_0(t)) for text in (self.family.hazard, self.family.survival))
        if self.cure == "mixture":
            return self._put(f"({_REST}) * h * S / (({_CURED}) + ({_REST}) * S)", h=h, S=s)
        return self._put("log_one_plus_exp(-cure) * h * S", h=h, S=s) if self.cure else h

    def quantile(self, p: Node) -> Node | None:
        """The time by which a share p has had the event, infinite where that share never has; None without closed form."""
        if not self.family.quantile:
            return None
        share = _above_0(p)
        if self.cure:
            text = f"p / ({_REST})" if self.cure == "mixture" else "-log_one_plus(-p) / log_one_plus_exp(-cure)"
            share = self._put(f"min({text}, 1)", p=share)
        return self._after_0(p, 0.0, self._put(self.family.quantile, p=share))

    def mean_survival(self) -> Node | None:
        """Mean survival; None without a closed form, and with cure, where it is infinite."""
        return self._put(self.family.mean) if self.family.mean and not self.cure else None

    def restricted_mean(self, t: Node) -> Node:
        """Mean survival up to time t: closed where it can be, else a fixed Gauss-Legendre sum (see NODES)."""
        if self.cure == "mixture":
            mean = CurveTrees(self.family, self.parameters, "", self.knots).restricted_mean(t)
            return self._put(f"({_CURED}) * max(t, 0) + ({_REST}) * mean", t=t, mean=mean)
        if self.family.restricted_mean and not self.cure:
            return self._after_0(t, 0.0, self._put(self.family.restricted_mean, t=_above_0(t)))
        until = _above_0(t)
        return self._after_0(t, 0.0, self._spline_sum(until) if self.knots else self._sum(until, NODES))

    def _survival(self, t: Node) -> Node:
        s = self._put(self.family.survival, t=t)
        if self.cure == "mixture":
            return self._put(f"({_CURED}) + ({_REST}) * S", S=s)
        if self.cure:
            h = self._put(self.family.cumulative, t=t)
            return self._put("exp(log_one_plus_exp(-cure) * exp_less_one(-H))", H=h)
        return s

    def _sum(self, until: Node, nodes: int) -> Node:
        """The integral of survival from 0 by Gauss-Legendre in the cube root of time, where curves are smooth at 0."""
        terms = [
            _times(weight, self._survival(Call("*", (until, Number(share))))) for share, weight in _cubic_nodes(nodes)
        ]
        return Call("*", (until, _add(terms)))

    def _spline_sum(self, t: Node) -> Node:
        """The integral of survival from 0, piece by piece in log time, for a spline is smooth between its knots only."""
        pieces = [self._sum(Call("min", (t, Number(float(np.exp(self.knots[0]))))), NODES // 2)]
        for low, high in zip(self.knots, [*self.knots[1:], None], strict=True):
            last = parse("max(log(t), low)" if high is None else "min(max(log(t), low), high)")
            given = {"t": t, "low": Number(low), "high": Number(high or 0.0)}
            width = Call("-", (_fill(last, given), Number(low)))
            terms = []
            for share, weight in _plain_nodes(NODES // 2):
                time = Call("exp", (Call("+", (Number(low), Call("*", (width, Number(share))))),))
                terms.append(_times(weight, Call("*", (time, self._survival(time)))))
            pieces.append(Call("*", (width, _add(terms))))
        return _add(pieces)

    def _put(self, text: str, **nodes: Node) -> Node:
        return _fill(parse(text), {**self.parameters, **nodes})

    def _after_0(self, t: Node, at_0: float, value: Node) -> Node:
        return Call("where", (Call("<=", (t, Number(0.0))), Number(at_0), value))


@lru_cache(maxsize=8)
def _plain_nodes(count: int) -> list[tuple[float, float]]:
    """Gauss-Legendre nodes and weights on 0..1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return [(float((x + 1) / 2), float(w / 2)) for x, w in zip(nodes, weights, strict=True)]


@lru_cache(maxsize=8)
def _cubic_nodes(count: int) -> list[tuple[float, float]]:
    """Nodes and weights on 0..1 of Gauss-Legendre in the cube root."""
    return [(x**3, 3 * x**2 * w) for x, w in _plain_nodes(count)]


def _above_0(t: Node) -> Node:
    """A time or share kept off 0, so that no part of a formula fails there: a workbook may give parts cells of their own."""
    return t if isinstance(t, Number) and t.value > 0 else Call("max", (t, Number(1e-300)))


def _fill(tree: Node, nodes: Mapping[str, Node]) -> Node:
    return substitute(tree, lambda node: nodes.get(node.name) if isinstance(node, Name) else None)


def _times(weight: float, tree: Node) -> Node:
    return Call("*", (Number(weight), tree))


def _add(terms: Sequence[Node]) -> Node:
    """The sum of terms, halved again and again so that it nests no deeper than it must."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return Call("+", (_add(terms[:half]), _add(terms[half:])))
