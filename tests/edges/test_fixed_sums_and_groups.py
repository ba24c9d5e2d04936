"""An SE of 0 fixes a number at a bound; sums print the difference their digits hide; one fault is told once."""

import pytest

import hecon
from hecon.inputs.distributions.names_of_distributions import from_spelling
from hecon.inputs.parameter import Correlation, Parameter


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("beta mean se", 0.0), ("beta mean se", 1.0), ("gamma mean se", 0.0), ("lognormal mean se", 0.0),
        ("gamma on 1-u mean se", 1.0),
    ],
)  # fmt: skip
def test_a_standard_error_of_0_at_a_bound_is_a_fixed_number(words: str, value: float) -> None:
    assert (from_spelling(words, value, value, 0.0).mean, from_spelling(words, value, value, 0.0).sd) == (value, 0.0)
    name = "u_well" if value else "c_well"
    book = hecon.make_book("demo", [Parameter(name=name, value=value, distribution=words, par1=value, par2=0.0)])
    assert book.sample(3, seed=1)[name] == value


def test_a_standard_error_of_0_beyond_a_bound_is_not() -> None:
    for words, value in (("beta mean se", 1.2), ("gamma mean se", -5.0), ("gamma on 1-u mean se", 1.5)):
        with pytest.raises(hecon.InputError, match="mean"):
            from_spelling(words, value, value, 0.0)


def test_a_row_that_misses_1_by_little_says_by_how_much() -> None:
    model = hecon.MarkovModel(
        ("well", "dead"), "1 year", "2 years", "half-cycle", "mid", title="Demo", start="well",
        strategies=[hecon.Strategy("a")], discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
        transitions={"well -> well": "0.9", "well -> dead": "0.10000001"},
    )  # fmt: skip
    with pytest.raises(hecon.ModelError, match=r"leaving 'well' adds up to 1 \+ 1e-08 \(strategy a"):
        hecon.run(model, hecon.make_book("demo", []).base())
    ways = hecon.Chance(hecon.Branch("x", "0.5", hecon.Leaf()), hecon.Branch("y", "0.49999999", hecon.Leaf()))
    tree = hecon.DecisionTree("Demo", [hecon.Strategy("a", to=ways)], {"cost": "0", "effect": "0"}, "continuous")
    with pytest.raises(hecon.ModelError, match=r"the branches at 'the top' add up to 1 - 1e-08"):
        hecon.run(tree, hecon.make_book("demo", []).base())


def faults(parameters: list[Parameter], correlations: tuple[Correlation, ...]) -> list[str]:
    with pytest.raises(hecon.InputError) as raised:
        hecon.make_book("demo", parameters, correlations=correlations)
    return str(raised.value).split("\n")[1:]


def test_a_group_at_fault_is_told_once() -> None:
    def member(name: str) -> Parameter:
        return Parameter(name=name, value=5.0, distribution="gamma", par1=25, par2=0.2, correlation_group="w")

    three = [member("x"), member("y"), member("z")]
    pairs = (Correlation("w", "x", "y", 0.9), Correlation("w", "x", "z", 0.9), Correlation("w", "y", "z", -0.9))
    (line,) = faults(three, pairs)
    assert "group w: the correlation matrix of x, y, z is not positive definite" in line
    (line,) = faults(three[:2], (Correlation("w", "x", "yy", 0.5),))
    assert "'yy' is not a parameter" in line
    lines = faults(three[:2], ())
    assert len(lines) == 2  # here nothing else is at fault
    assert all("group 'w' has no correlations; list its pairs in correlations.csv" in line for line in lines)
