"""In which states a leaf's members start in the structure it leads to, and whether their shares make a whole."""

from hecon.errors import Fault, nearest, told_sum
from hecon.formula.program import CheckFormula
from hecon.formula.syntax import Call, Node, Number
from hecon.structure.scope import read, total
from hecon.structure.tree import Leaf, Strategy, Structure

SLACK = 1e-9  # rounding, as in a run
NO_START = (
    "start= changes nothing: in a partitioned model everyone begins within the first curve; leave it out, and write who begins"
    " elsewhere as a leaf whose curves (let=) say so or that leads to a MarkovModel"
)


def start_shares(
    leaf: Leaf, strategy: Strategy, structure: Structure, place: str, faults: list[Fault]
) -> dict[str, Node]:
    """The shares in which a leaf's members start; what makes none is added to `faults`.

    >>> from hecon.structure.markov import MarkovModel
    >>> model = MarkovModel(("well", "dead"), "1 year", "9 years", "start", "end")
    >>> start_shares(Leaf(to=model, start="well"), Strategy("a"), model, "demo", [])
    {'well': Number(value=1.0)}
    """
    if not hasattr(structure, "start"):
        if leaf.start:
            faults.append(Fault(place, NO_START))
        return {structure.states[0]: Number(1.0)}
    start = leaf.start or strategy.start or structure.start
    if start is None:
        faults.append(Fault(place, "needs a start state: start='...' on the leaf, the strategy or the model"))
        return {structure.states[0]: Number(1.0)}
    shares = {start: "1"} if isinstance(start, str) else start
    unknown = [state for state in shares if state not in structure.states]
    faults += [Fault(place, f"start: unknown state '{s}'{nearest(s, structure.states)}") for s in unknown]
    return {state: read(text, f"{place}, start", faults) for state, text in shares.items() if state not in unknown}


def whole_start(
    leaf: Leaf, strategy: Strategy, structure: Structure, place: str, faults: list[Fault]
) -> list[CheckFormula]:
    """The shares in which members start are none below 0 and add up to 1: seen here, or checked in every draw.

    >>> from hecon.structure.markov import MarkovModel
    >>> model = MarkovModel(("well", "dead"), "1 year", "9 years", "start", "end")
    >>> leaf = Leaf(to=model, start={"well": "p_well", "dead": "1 - p_well"})
    >>> [check.name for check in whole_start(leaf, Strategy("a"), model, "demo", [])]
    ['the sum of the shares at the start', '0 less the share that starts in well', '0 less the share that starts in dead']
    """
    shares = start_shares(leaf, strategy, structure, place, faults)
    numbers = [tree.value for tree in shares.values() if isinstance(tree, Number)]
    if len(numbers) == len(shares):
        if numbers and (min(numbers) < 0 or abs(sum(numbers) - 1) > SLACK):
            told = ", ".join(f"{state} {share:g}" for state, share in zip(shares, numbers, strict=True))
            faults.append(
                Fault(place, f"start: shares are at least 0 and add up to 1; got {told}, {told_sum(sum(numbers))}")
            )
        return []
    slack, one = Number(SLACK), Number(1.0)
    below = [
        CheckFormula(f"0 less the share that starts in {s}", Call("neg", (x,)), None, Number(0.0), slack, must=True)
        for s, x in shares.items()
    ]
    return [
        CheckFormula("the sum of the shares at the start", total(shares.values()), one, None, slack, must=True),
        *below,
    ]
