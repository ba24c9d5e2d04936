"""From rows to distributions: every parameter's own, and the groups that are drawn together.

Binding collects all faults; a Book that was read has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite, isnan

from hecon.errors import Fault, InputError, nearest
from hecon.inputs.distributions.bounded import Choice, Empirical
from hecon.inputs.distributions.distribution import Distribution, Fixed, demand
from hecon.inputs.distributions.families import Beta, Normal
from hecon.inputs.distributions.groups import Dirichlet, Gaussian, gaussian, pair_faults
from hecon.inputs.distributions.names_of_distributions import check_numbers, from_spelling, spelling, word
from hecon.inputs.parameter import Correlation, Parameter, Table

NORMALS = ("multivariate normal", "mvn")


@dataclass(frozen=True, eq=False)
class Margins:
    """What parameters are drawn from: one distribution each, the groups, and what is wrong.

    `unknown` are the parameters whose distribution a fault of their own row or of their group leaves open.

    >>> bind([Parameter(name="p", value=0.5, distribution="beta", par1=2, par2=2)]).distributions
    {'p': Beta(alpha=2, beta=2)}
    """

    distributions: Mapping[str, Distribution]
    groups: tuple[Dirichlet | Gaussian, ...]
    faults: tuple[Fault, ...]
    unknown: frozenset[str] = frozenset()

    @property
    def varying(self) -> tuple[str, ...]:
        """Names of the parameters that are uncertain, in their order."""
        return tuple(name for name, one in self.distributions.items() if one.sd > 0)


def bind(
    parameters: Iterable[Parameter],
    correlations: Iterable[Correlation] = (),
    tables: Mapping[str, Table] | None = None,
) -> Margins:
    """Distributions and groups of `parameters`; faults are collected, never raised.

    >>> bind([Parameter(name="p", value=0.5, distribution="gama")]).faults[0].message
    "unknown distribution 'gama'; did you mean 'gamma'?"
    """
    parameters, correlations = list(parameters), list(correlations)
    faults = pair_faults(correlations, {one.name: one.correlation_group for one in parameters})
    groups: dict[str, Dirichlet | Gaussian] = {}
    listed = {entry.group for entry in correlations}
    named = {side for entry in correlations for side in (entry.name_1, entry.name_2)} if faults else set()
    if not faults:
        groups, faults = _groups(parameters, correlations)
    shared = {one.correlation_group for one in parameters if word(one.distribution) == "dirichlet"}
    broken = (listed | shared) - groups.keys() if faults else set()
    distributions: dict[str, Distribution] = {}
    unknown: set[str] = set()
    for one in parameters:
        distributions[one.name] = Fixed(one.value)
        told = (
            one.correlation_group in broken or one.name in named
        )  # its group's fault is told once, not by each member
        try:
            distributions[one.name] = _sound(_margin(one, groups, tables or {}, told))
        except InputError as error:
            unknown.add(one.name)
            if not isinstance(error, _ToldError):
                faults.append(Fault(one.place("distribution"), str(error)))
    return Margins(distributions, tuple(groups.values()), tuple(faults), frozenset(unknown))


def with_limits(parameter: Parameter, distribution: Distribution) -> Parameter:
    """The parameter with low and high filled: blanks are the 95% limits, or the value where nothing varies.

    >>> with_limits(Parameter(name="c", value=0.0), Normal(0.0, 1.0)).high.__round__(6)
    1.959964
    """
    if isfinite(parameter.low) and isfinite(parameter.high):
        return parameter
    low, high = distribution.limits() if distribution.sd > 0 else (parameter.value, parameter.value)
    low = low if isnan(parameter.low) else parameter.low
    return replace(parameter, low=low, high=high if isnan(parameter.high) else parameter.high)


class _ToldError(InputError):
    """Needs a group whose fault is told already."""


def _sound(distribution: Distribution) -> Distribution:
    """The distribution, if its mean and SD are numbers."""
    try:
        finite = isfinite(distribution.mean) and isfinite(distribution.sd)
    except ArithmeticError:
        finite = False
    demand(finite, distribution.family, "numbers that leave its mean and SD finite", distribution)
    return distribution


def _margin(
    one: Parameter, groups: Mapping[str, Dirichlet | Gaussian], tables: Mapping[str, Table], told: bool
) -> Distribution:
    """A parameter's own distribution: a Dirichlet share is a beta, a member of a multivariate normal a normal.

    `told` says that the fault of its group is told already, so that the group is not asked for again.
    """
    words, group = word(one.distribution), groups.get(one.correlation_group)
    if one.correlation_group and not words:
        raise InputError(f"has a correlation_group ('{one.correlation_group}') but no distribution")
    check_numbers(one.distribution, spelling(one.distribution), one.par1, one.par2)
    if told and group is None and words in ("dirichlet", *NORMALS):
        raise _ToldError(words)
    if one.correlation_group and group is None and words not in ("dirichlet", "fixed") and not told:
        raise InputError(f"group '{one.correlation_group}' has no correlations; list its pairs in correlations.csv")
    if words == "dirichlet":
        if not isinstance(group, Dirichlet):
            raise InputError("dirichlet needs a correlation_group that its shares have in common")
        own = group.concentrations[group.members.index(one.name)]
        return Beta(own, sum(group.concentrations) - own)
    if words in NORMALS:
        if not isinstance(group, Gaussian):
            raise InputError(f"{words} needs a correlation_group listed in correlations.csv")
        return _normal_margin(one, group)
    if words == "empirical":
        return _empirical(one.distribution, tables)
    if words == "choice":
        return _choice(one.distribution)
    return from_spelling(one.distribution, one.value, one.par1, one.par2)


def _normal_margin(one: Parameter, group: Gaussian) -> Normal:
    """Mean = value; the SE from the covariance or Cholesky table, or from par1 beside correlations."""
    sd = float(group.sd[group.members.index(one.name)])
    if isnan(sd):
        if not isfinite(one.par1):
            raise InputError("beside a correlation table, multivariate normal needs par1 (SE)")
        return Normal(one.value, one.par1)
    if isfinite(one.par1) and abs(one.par1 - sd) > 0.001 * sd:
        raise InputError(f"par1 (SE) is {one.par1:g}, but the table of group {group.name} gives {sd:g}")
    return Normal(one.value, sd)


def _empirical(text: str, tables: Mapping[str, Table]) -> Empirical:
    table, _, column = [*text.split(maxsplit=1), ""][1].partition(".")
    if table not in tables:
        raise InputError(f"write 'empirical table.column'; there is no table '{table}'{nearest(table, tables)}")
    columns = tables[table].columns
    if column not in columns:
        raise InputError(f"table {table} has no column '{column}'{nearest(column, columns)}")
    return Empirical(tuple(float(value) for value in columns[column]))


def _choice(text: str) -> Choice:
    try:
        return Choice(tuple(float(weight) for weight in text.split()[1:]))
    except ValueError as error:
        hint = "" if isinstance(error, InputError) else "; write 'choice 0.2 0.8', the weights of 1, 2, ..."
        raise InputError(f"{error}{hint}") from None


def _groups(
    parameters: list[Parameter], correlations: list[Correlation]
) -> tuple[dict[str, Dirichlet | Gaussian], list[Fault]]:
    groups: dict[str, Dirichlet | Gaussian] = {}
    faults = []
    tables = {entry.group: [other for other in correlations if other.group == entry.group] for entry in correlations}
    for name in dict.fromkeys(one.correlation_group for one in parameters if one.correlation_group):
        members = [one for one in parameters if one.correlation_group == name]
        shares = [one for one in members if word(one.distribution) == "dirichlet"]
        try:
            if shares:
                groups[name] = _dirichlet(name, members, shares, name in tables)
            elif name in tables:
                groups[name] = _gaussian(name, members, tables[name])
        except InputError as error:
            faults.append(Fault((shares or members)[0].place("correlation_group"), str(error)))
    return groups, faults


def _dirichlet(name: str, members: list[Parameter], shares: list[Parameter], has_table: bool) -> Dirichlet:
    """The concentrations count + prior; members that are not Dirichlet would break the sum of 1."""
    others = [one.name for one in members if one not in shares]
    if others or has_table or len(shares) < 2:
        why = "is listed in correlations.csv" if has_table else f"holds {', '.join(others) or 'one member only'}"
        raise InputError(
            f"Dirichlet group {name} {why}; its shares are drawn together, so give all of them "
            f"({', '.join(one.name for one in members)}) counts, or fix all of them"
        )
    concentrations = []
    shares = sorted(shares, key=lambda one: one.name)  # so that reordering rows changes no bit of the sum
    for one in shares:
        prior = 0.0 if isnan(one.par2) else one.par2
        if not one.par1 + prior > 0 or one.par1 < 0 or prior < 0:
            raise InputError(
                f"{one.name} has count {one.par1:g} and prior {prior:g}; a count of 0 needs a stated prior "
                "above 0 in par2 (such as 0.5), added to the count"
            )
        concentrations.append(one.par1 + prior)
    return Dirichlet(name, tuple(one.name for one in shares), tuple(concentrations))


def _gaussian(name: str, members: list[Parameter], entries: list[Correlation]) -> Gaussian:
    group = gaussian(name, entries)
    unlisted = [one.name for one in members if one.name not in group.members]
    if unlisted:
        raise InputError(f"group {name}: {', '.join(unlisted)} is in the group but in none of its correlations")
    if entries[0].kind == "correlation":
        return group
    wrong = [one.name for one in members if word(one.distribution) not in (*NORMALS, "fixed")]
    if wrong:
        raise InputError(
            f"group {name} is given by its {entries[0].kind} table, so {', '.join(wrong)} must be 'multivariate normal'"
        )
    return group
