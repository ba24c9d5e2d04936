"""How the items of a model are filed: causes that are the author's own, QALYs gained or lost at once without a cause."""

from collections.abc import Iterable

from hecon.causes import CAUSES
from hecon.errors import nearest
from hecon.formula.program import Program


def cause_remarks(programs: Iterable[Program]) -> list[str]:
    """What is no fault but keeps items out of a comparison by cause, each said once with its items.

    >>> from hecon.structure import QALY, Cost, DecisionTree, Leaf, Strategy
    >>> from hecon.structure.lowering import lower
    >>> items = [Cost("drug", "9", category="products", sector="health care"), QALY("fever", "-0.1")]
    >>> tree = DecisionTree("Demo", [Strategy("a", to=Leaf(outcomes=items))], {"cost": "0", "effect": "0"}, "continuous")
    >>> for remark in cause_remarks([lower(tree)]):
    ...     print(remark)
    category 'products' (drug) is not on the list of causes; did you mean 'product'? (docs/models.md has the list)
    QALYs without a category, their cause: fever
    """
    own: dict[str, dict[str, None]] = {}
    bare: dict[str, None] = {}
    for program in programs:
        for term in (term for block in program.blocks for term in block.terms):
            item = term.item
            if item.kind == "cost" and item.category not in CAUSES:
                own.setdefault(item.category, {})[item.name] = None
            lasts = term.flow is not None and term.falls is None and term.time is None  # life in states has no cause
            if item.kind in ("qaly", "carer_qaly") and not item.category and not lasts:
                bare[item.name] = None
    remarks = [
        f"category '{category}' ({', '.join(names)}) is not on the list of causes{nearest(category, CAUSES)} (docs/models.md has"
        " the list)"
        for category, names in own.items()
    ]
    return remarks + ([f"QALYs without a category, their cause: {', '.join(bare)}"] if bare else [])
