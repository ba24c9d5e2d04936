"""What an estimate of the value of perfect information on some parameters is: its error, its correction, how good its fit is."""

from dataclasses import dataclass

from hecon.analysis.voi.bases import CONSTANT
from hecon.analysis.voi.fit_check import FitCheck
from hecon.analysis.voi.gain import below_zero
from hecon.digits import money_text
from hecon.shown import Shown


@dataclass(frozen=True, repr=False)
class Evppi(Shown):
    """EVPPI of some parameters together, in currency per patient, at the threshold `wtp`.

    `estimate` has the standard error `se` and contains `correction`, taken off for the noise of the fit. It may be
    below 0 by chance; it is kept as it is, and printed as 0 with that remark. `check` says how good the fit is; where it
    is poor, `value` is None and `str` gives the reason. Of parameters that do not vary the value is 0, with no error.
    """

    parameters: tuple[str, ...]
    wtp: float
    estimate: float
    se: float
    correction: float
    check: FitCheck

    @property
    def value(self) -> float | None:
        """The estimate, or None where the fit does not support one."""
        return None if self.check.poor else self.estimate

    def __str__(self) -> str:
        """One line: the parameters, the value and its standard error, or why there is none."""
        name = " + ".join(self.parameters)
        if self.check.poor:
            return f"{name}: not estimated, {self.check.poor}"
        if self.check.basis == CONSTANT:
            return f"{name}: 0 ({self.remark})"
        told = f", {self.remark}" if self.remark else ""
        return f"{name}: {money_text(max(self.estimate, 0.0))} (standard error {money_text(self.se)}{told})"

    @property
    def remark(self) -> str:
        """What is to be said beside the value: why there is none, that nothing varies, that the estimate is below 0."""
        if self.check.poor:
            return self.check.poor
        if self.check.basis == CONSTANT:
            return "does not vary"
        return below_zero(self.estimate)
