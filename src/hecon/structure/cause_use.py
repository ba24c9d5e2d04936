"""How the items of a model are filed: causes of the author's own, QALYs without a cause, harms of nothing, work without method."""

from collections.abc import Iterable

from hecon.causes import CAUSES, TREATMENTS
from hecon.errors import nearest
from hecon.formula.program import Program
from hecon.perspectives import method_of


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
    harms: dict[str, dict[str, None]] = {}
    work: dict[str, bool] = {}  # the patient's lost work, and whether it has a method
    for program in programs:
        for term in (term for block in program.blocks for term in block.terms):
            item = term.item
            if (item.kind == "cost" or item.category) and item.category not in CAUSES:
                own.setdefault(item.category, {})[item.name] = None
            lasts = term.flow is not None and term.falls is None and term.time is None  # life in states has no cause
            if item.kind in ("qaly", "carer_qaly") and not item.category and not lasts:
                bare[item.name] = None
            if item.category == "side effects" and item.of not in TREATMENTS:
                harms.setdefault(item.of, {})[item.name] = None
            if item.kind == "cost" and item.category in ("lost work, illness", "lost work, death"):
                work[item.name] = bool(method_of(item.sector))
    remarks = [
        f"category '{category}' ({', '.join(names)}) is not on the list of causes{nearest(category, CAUSES)} (docs/models.md has"
        " the list)"
        for category, names in own.items()
    ]
    remarks += [
        f"side effects with of='{of}' ({', '.join(names)}): it names what harms, one of {', '.join(TREATMENTS)}"
        f"{nearest(of, TREATMENTS)}"
        for of, names in harms.items()
    ]
    plain = [name for name, method in work.items() if not method]
    if plain and any(work.values()):
        remarks.append(
            f"counted by every method of lost work, because they name none: {', '.join(plain)}; give method="
        )
    return remarks + ([f"QALYs without a category, their cause: {', '.join(bare)}"] if bare else [])
