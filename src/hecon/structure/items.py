"""What a model counts: costs, QALYs, life-years and user counts, declared where they arise.

An amount is a formula. A dict of states is a flow; with `on` it is paid per transition, with `at` once at a time, alone once on
entering.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hecon.errors import ModelError

Amount = str | Mapping[str, str]


class _Written:
    """Refuses an amount that is a number: formulas are text, so that they can be printed as they were written."""

    name: str
    amount: Amount

    def __post_init__(self) -> None:
        parts = self.amount.values() if isinstance(self.amount, Mapping) else [self.amount]
        for part in parts:
            if not isinstance(part, str):
                raise ModelError(f"{self.name}: an amount is a formula, written as text: '{part}', in quotes")


@dataclass(frozen=True)
class Cost(_Written):
    """A cost with its category (its cause), sector and payer; `of` names the treatment a harm or a later treatment is of.

    `method` is the method of lost work that counts it (illness, friction, human capital). `amount` is a formula in money, or
    one per state (a state left out costs 0). `per` is "year" or "cycle" for a flow; `on` is "a -> b", "a -> *" or "* -> b"
    for a cost per transition; `at` is a time ("6 months", or a formula in years) for a cost paid once at that time.
    `between="interpolate"` pays at a time that is no row on the straight line between two rows, whatever the structure says.

    >>> Cost("drug", "c_drug", category="upfront", sector="health care").name
    'drug'
    """

    name: str
    amount: Amount
    category: str = ""
    sector: str = ""
    payer: str = ""
    per: str = ""
    on: str = ""
    at: str = ""
    of: str = ""
    method: str = ""
    between: str = ""
    kind: str = "cost"

    def __post_init__(self) -> None:
        if self.payer in ("year", "cycle") or "->" in self.payer:
            word = "on" if "->" in self.payer else "per"
            raise ModelError(f"{self.name}: payer='{self.payer}' is no payer; write {word}='{self.payer}'")
        super().__post_init__()


@dataclass(frozen=True)
class QALY(_Written):
    """A one-off gain or loss of QALYs: `amount` alone, per transition (`on`) or at a time (`at`); `carer` counts it apart.

    `category` is its cause, such as "side effects", and `of` the treatment it is of.

    >>> QALY("neutropenia", "-p_fn * du_fn * days_fn / 365.25").kind
    'qaly'
    """

    name: str
    amount: Amount
    on: str = ""
    at: str = ""
    category: str = ""
    of: str = ""
    carer: bool = False

    @property
    def kind(self) -> str:
        """Which effect it counts in."""
        return "carer_qaly" if self.carer else "qaly"


@dataclass(frozen=True)
class Utility(_Written):
    """QALYs per year in each state; a state left out counts 0.

    A utility lost to harm stands apart from that of the states, with its `category` ("side effects") and `of`.

    >>> Utility({"well": "u_well", "ill": "u_ill"}).name
    'utility'
    """

    amount: Mapping[str, str]
    name: str = "utility"
    carer: bool = False
    category: str = ""
    of: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Mapping):
            raise ModelError(
                f"{self.name}: a utility is QALYs per year in each state: Utility({{'state': '{self.amount}'}}); for QALYs gained"
                f" or lost at once write QALY('name', '{self.amount} * years')"
            )
        super().__post_init__()

    @property
    def kind(self) -> str:
        """Which effect it counts in."""
        return "carer_qaly" if self.carer else "qaly"


@dataclass(frozen=True)
class LifeYears(_Written):
    """Life-years lived in a tree, which has no clock of its own: `amount` in years, undiscounted there.

    >>> LifeYears("d_wait").kind
    'ly'
    """

    amount: str
    name: str = "life_years_tree"
    kind: str = "ly"


@dataclass(frozen=True)
class Count(_Written):
    """A count of the author's own, undiscounted: relapses, procedures, days; flow, per transition, at a time or once.

    >>> Count("relapses", "1", on="well -> ill").kind
    'count'
    """

    name: str
    amount: Amount
    per: str = ""
    on: str = ""
    at: str = ""
    kind: str = "count"


@dataclass(frozen=True)
class Check:
    """Something the model must return: `value` (built of reductions) within `within` of `equals`, or `at_most`.

    >>> Check("survival at 12 months", 'at(occupancy["well"], 1)', equals="os_12", within="0.01").within
    '0.01'
    """

    name: str
    value: str
    equals: str = ""
    at_most: str = ""
    within: str = "0"


Outcome = Cost | QALY | Utility | LifeYears | Count
