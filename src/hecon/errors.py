"""What can go wrong, said once: every error hecon raises on purpose, and the helper that gathers many faults into one.

HeconError
├── InputError     what was read: parameters, tables, settings, scenarios, draws
└── ModelError     what was declared: formulas, names, structures, probabilities met while running
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

TOO_DEEP = "the model nests too deep: make chains of branches, or of formulas that name each other, shorter"


class HeconError(ValueError):
    """A user's mistake, told with its place and its remedy; never a bug of hecon's own."""


class InputError(HeconError):
    """Inputs that cannot be used as they are."""


class ModelError(HeconError):
    """A model that cannot be run as declared."""


@dataclass(frozen=True)
class Fault:
    """One fault: where it is and what to do about it.

    >>> print(Fault("parameters!F14 (p_crs)", "beta needs 0 < mean < 1; got 1.2"))
    parameters!F14 (p_crs): beta needs 0 < mean < 1; got 1.2
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def raise_faults(faults: Iterable[Fault], kind: type[HeconError], title: str) -> None:
    """Raise one `kind` that lists every fault under `title`; do nothing when there is none.

    >>> raise_faults([], InputError, "inputs/demo")
    >>> raise_faults([Fault("settings!B2", "draws must be a whole number; got 'many'")], InputError, "inputs/demo")
    Traceback (most recent call last):
    hecon.errors.InputError: inputs/demo: 1 fault
      - settings!B2: draws must be a whole number; got 'many'
    """
    unique = list(dict.fromkeys(str(fault) for fault in faults))
    if unique:
        noun = "fault" if len(unique) == 1 else "faults"
        raise kind(f"{title}: {len(unique)} {noun}\n" + "\n".join(f"  - {line}" for line in unique))


def told_sum(total: float, wanted: float = 1.0) -> str:
    """A sum as printed: where its rounded digits would hide that it misses what is wanted, the difference is said.

    >>> told_sum(1.2), told_sum(1 + 1e-8), told_sum(1 - 2.5e-9)
    ('1.2', '1 + 1e-08', '1 - 2.5e-09')
    """
    if total == wanted or f"{total:.6g}" != f"{wanted:.6g}":
        return f"{total:.6g}"
    return f"{wanted:.6g} {'+' if total > wanted else '-'} {abs(total - wanted):.3g}"


@contextmanager
def told_depth() -> Iterator[None]:
    """Turn Python's own limit on nesting into a message, where a model is walked that may nest to any depth.

    >>> with told_depth():
    ...     raise RecursionError
    Traceback (most recent call last):
    hecon.errors.ModelError: the model nests too deep: make chains of branches, or of formulas that name each other, shorter
    """
    try:
        yield
    except RecursionError:
        raise ModelError(TOO_DEEP) from None


def told_once(faults: Iterable[Fault], strategies: Sequence[str]) -> list[Fault]:
    """The faults, with one that every strategy has told once, where the structure they share is at fault.

    >>> both = [Fault(f"strategy {name}, cohort", "unknown state 'il'") for name in ("usual", "drug")]
    >>> [str(fault) for fault in told_once(both, ("usual", "drug"))]
    ["every strategy, cohort: unknown state 'il'"]
    >>> len(told_once(both[:1], ("usual", "drug")))
    1
    """
    found = list(faults)
    if len(strategies) < 2:
        return found
    alike: dict[Fault, Fault] = {}
    whose: dict[Fault, set[str]] = {}
    for fault in found:
        for name in strategies:
            rest = fault.place.removeprefix(f"strategy {name}")
            if rest == fault.place:
                rest = fault.place.removeprefix(f"{name} - ")
                rest = f", {rest}" if rest != fault.place else rest
            if rest != fault.place and rest[:1] in ("", ",", " "):
                alike[fault] = Fault(f"every strategy{rest}", fault.message)
                whose.setdefault(alike[fault], set()).add(name)
    every = set(strategies)
    return list(dict.fromkeys(alike[one] if one in alike and whose[alike[one]] == every else one for one in found))


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint naming the closest known name, or nothing when none is close.

    >>> nearest("r_relaps", ["r_relapse", "c_drug"])
    "; did you mean 'r_relapse'?"
    >>> nearest("zzz", ["r_relapse"])
    ''
    """
    known = list(known)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    if not close:
        lower = {other.lower(): other for other in known}
        close = get_close_matches(name.lower(), list(lower), n=1, cutoff=0.6)
        close = [lower[close[0]]] if close else []
    return f"; did you mean '{close[0]}'?" if close else ""
