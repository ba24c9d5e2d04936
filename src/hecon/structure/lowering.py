"""From a declared model to a Program: each strategy's tree becomes a block without a clock, each structure its leaves
lead to a block with one; equal leaves share a block whose start mass is the sum of their probabilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from hecon.errors import Fault, ModelError, nearest, raise_faults, told_depth, told_once
from hecon.formula.program import Block, CheckFormula, Formula, Program, Term, trees_of
from hecon.formula.syntax import Call, Name, Node, Number, asks_for_curve, names_in
from hecon.outcomes import Item
from hecon.structure.clock import years
from hecon.structure.counting import read_check
from hecon.structure.discounting import Discounting, rates_of
from hecon.structure.items import Outcome
from hecon.structure.leaves import leaf_names, sameness
from hecon.structure.markov import MarkovModel
from hecon.structure.partitioned import PartitionedSurvival
from hecon.structure.payoffs import on_a_clock, payoff
from hecon.structure.reporting import weigh_reports
from hecon.structure.scope import Scene, circles, product, read, read_all, split_scope, total
from hecon.structure.starting_shares import NO_START, SLACK, start_shares, whole_start
from hecon.structure.tree import (
    Branch,
    Chance,
    DecisionTree,
    Leaf,
    Path,
    Strategy,
    Structure,
    enumerate_decisions,
    paths_of,
    tree_faults,
)
from hecon.structure.whole_text import whole_text

_BEGINS = CheckFormula(
    "years by which lasts is below 0", Call("neg", (Name("lasts"),)), None, Number(0.0), Number(SLACK), must=True
)
MODEL_SETTINGS = ("horizon", "within_cycle", "discount_timing", "discount_cost", "discount_effect")
Model = DecisionTree | MarkovModel | PartitionedSurvival


def lower(model: Model, settings: Mapping[str, str] | None = None) -> Program:
    """Lower a model to its Program; `settings` may replace horizon, within_cycle, discount_timing and discount rates.

    Raises:
        ModelError: every fault that needs no inputs, all at once.

    >>> from hecon.structure.items import Cost
    >>> watch = Strategy("watch", "Watch", Leaf(outcomes=[Cost("visits", "c_visit", category="follow-up", sector="health care")]))
    >>> [block.name for block in lower(DecisionTree("Demo", [watch], {"cost": "0", "effect": "0"}, "continuous")).blocks]
    ['watch']
    """
    with told_depth():
        chosen = {k: v for k, v in (settings or {}).items() if k in MODEL_SETTINGS and v}
        return _remembered(_Asked(whole_text(model), tuple(sorted(chosen.items())), model))


@dataclass(frozen=True)
class _Asked:
    """A model and its settings, the same where they say the same."""

    text: str
    settings: tuple[tuple[str, str], ...]
    model: Model = field(compare=False)


@lru_cache(maxsize=8)  # one model is lowered for its run, its checks, its workbook and each of its scenarios
def _remembered(asked: _Asked) -> Program:
    return _lower(asked.model, dict(asked.settings))


def _lower(model: Model, settings: Mapping[str, str]) -> Program:
    faults: list[Fault] = []
    tree = as_tree(model, faults)
    discounting = Discounting(rates_of(tree.discount, settings), settings.get("discount_timing", tree.discount_timing))
    faults += discounting.faults()
    if not tree.strategies:
        faults.append(Fault("strategies", "a model needs at least one; there are none"))
    faults += [fault for strategy in tree.strategies for fault in tree_faults(strategy)]
    raise_faults(faults, ModelError, tree.title or "model")
    strategies = [one for strategy in tree.strategies for one in enumerate_decisions(strategy)]
    names = [strategy.name for strategy in strategies]
    faults += [
        Fault("strategies", f"'{name}' is declared more than once")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    raise_faults(faults, ModelError, tree.title or "model")
    blocks: list[Block] = []
    checks: dict[str, tuple[CheckFormula, ...]] = {}
    for strategy in strategies:
        blocks += _Lowering(tree, strategy, discounting, settings, faults).blocks()
        place = f"strategy {strategy.name}"
        declared = (read_check(check, place, faults) for check in (*tree.checks, *strategy.checks))
        checks[strategy.name] = (*declared, *([_BEGINS] if strategy.lasts != "0" else []))
    raise_faults(told_once(faults, names), ModelError, tree.title or "model")
    items = _items(blocks, faults)
    raise_faults(faults, ModelError, tree.title or "model")
    labels = tuple((strategy.name, strategy.label or strategy.name) for strategy in strategies)
    return Program(tree.title, labels, tuple(blocks), items, checks)


def as_tree(model: Model, faults: list[Fault]) -> DecisionTree:
    """A model that stands alone, as the tree whose strategies all lead straight into it; a tree, as it is.

    Raises:
        ModelError: what is neither; arguments that a structure standing alone needs are added to `faults`.

    >>> tree = DecisionTree("Demo", [], {"cost": "0", "effect": "0"}, "continuous")
    >>> as_tree(tree, []) is tree
    True
    """
    if isinstance(model, DecisionTree):
        return model
    if not hasattr(model, "strategies") or not hasattr(model, "lower"):
        raise ModelError(f"a model is a DecisionTree or a structure with strategies; got {type(model).__name__}")
    missing = [w for w in ("title", "strategies", "discount", "discount_timing") if not getattr(model, w)]
    faults += [Fault(model.name, f"standing alone, the model needs {what}=") for what in missing]
    strategies = [
        s if s.to is not None else replace(s, to=Leaf(to=model, start=s.start or getattr(model, "start", None)))
        for s in model.strategies
    ]
    return DecisionTree(model.title, strategies, model.discount or {}, model.discount_timing or "", model.age)


@dataclass
class _Lowering:
    """One strategy on its way to blocks."""

    tree: DecisionTree
    strategy: Strategy
    discounting: Discounting
    settings: Mapping[str, str]
    faults: list[Fault]

    def blocks(self) -> list[Block]:
        name = self.strategy.name
        place = f"strategy {name}"
        outer_texts = {**self.tree.let, **self.strategy.let}
        outer = read_all(outer_texts, place, self.faults)
        formulas: dict[str, Formula] = dict(split_scope({}, outer)[1])
        formulas["lasts"] = Formula(
            "lasts", self.strategy.lasts, self.span(self.strategy.lasts, f"{place}, lasts"), "years"
        )
        self.faults += circles(outer, place)
        leads_on = any(path.leaf.to is not None for path in paths_of(self.strategy.to))
        terms = [t for o in self.strategy.outcomes for t in self.payoff(o, Number(1.0), "", place, leads_on)]
        groups: dict[tuple[Any, ...], list[tuple[Node, Path]]] = {}
        seen: set[tuple[str, ...]] = set()
        for path in paths_of(self.strategy.to):
            here: Node = Number(1.0)
            labels: tuple[str, ...] = ()
            node: Any = self.strategy.to
            for branch in path.branches:
                labels = (*labels, branch.label)
                where = " / ".join(labels)
                if labels not in seen:
                    seen.add(labels)
                    if not any(other.probability == "C" for other in node.branches):
                        above = " / ".join(labels[:-1])
                        ways = [read(other.probability, place, []) for other in node.branches]
                        text = " + ".join(f"{other.probability}" for other in node.branches)
                        formulas[f"all[{above}]"] = Formula(f"all[{above}]", text, total(ways))
                    formulas[f"p[{where}]"] = self.probability(branch, node, where, place)
                    here_terms = product(here, Name(f"p[{where}]"))
                    terms += [
                        t for o in branch.outcomes for t in self.payoff(o, here_terms, where, f"{place}, {where}")
                    ]
                here = product(here, Name(f"p[{where}]"))
                node = branch.to
            where = " / ".join(labels)
            formulas[f"path[{where}]"] = Formula(f"path[{where}]", "product of the branches", here, "probability")
            reach: Node = Name(f"path[{where}]") if labels else Number(1.0)
            ends = path.leaf.to is None
            terms += [
                t for o in path.leaf.outcomes for t in self.payoff(o, reach, where, f"{place}, {where}", not ends)
            ]
            if path.leaf.to is not None:
                groups.setdefault(sameness(path.leaf), []).append((reach, path))
        tree_block = Block(name, name, None, None, Number(1.0), Number(0.0), formulas, None, tuple(terms))
        found = [tree_block, *(self.structure(members, len(groups) > 1) for members in groups.values())]
        leaves = [path.leaf for members in groups.values() for _, path in members]
        self.faults += self.idle(found, {name for leaf in leaves for name in leaf.let} | set(self.strategy.let))
        if self.strategy.start and leaves and not any(leaf.start or hasattr(leaf.to, "start") for leaf in leaves):
            self.faults.append(Fault(place, NO_START))
        return found if self.faults else weigh_reports(found, place, self.faults)

    def span(self, text: str, place: str) -> Node:
        """A time in years, from text with a unit ("6 months") or a formula."""
        try:
            return Number(float(years(text)))
        except ModelError:
            return read(text, place, self.faults)

    def idle(self, blocks: Sequence[Block], given: set[str]) -> list[Fault]:
        """Overrides that change nothing, because no formula uses the name: most likely it is misspelt.

        Where there are curves it may be a covariate of theirs, which only the inputs tell, unless it resembles a known name.
        """
        place = f"strategy {self.strategy.name}"
        checks = [read_check(check, place, []) for check in (*self.tree.checks, *self.strategy.checks)]
        trees = [tree for block in blocks for _, tree in trees_of(block)]
        trees += [
            tree for one in checks for tree in (one.value, one.equals, one.at_most, one.within) if tree is not None
        ]
        used = {name for tree in trees for name in names_in(tree)}
        curves = any(asks_for_curve(tree) for tree in trees)
        return [
            Fault(place, f"let '{name}' changes nothing, because no formula uses it{nearest(name, used)}")
            for name in sorted(given - used)
            if not curves or nearest(name, used)
        ]

    def probability(self, branch: Branch, node: Chance, where: str, place: str) -> Formula:
        """The probability of a branch; "C" is what its siblings leave."""
        siblings = [other for other in node.branches if other is not branch]
        if branch.probability == "C":
            if any(other.probability == "C" for other in siblings):
                self.faults.append(Fault(f"{place}, {where}", "only one branch of a chance node can be C"))
            known = [read(o.probability, f"{place}, {where}", []) for o in siblings if o.probability != "C"]
            tree: Node = Call("-", (Number(1.0), total(known))) if known else Number(1.0)
            text = "1 - (" + " + ".join(o.probability for o in siblings) + ")" if known else "1"
        else:
            tree = read(branch.probability, f"{place}, {where}", self.faults)
            text = branch.probability
        return Formula(f"p[{where}]", text, tree, "probability")

    def payoff(self, outcome: Outcome, reach: Node, where: str, place: str, leads_on: bool = False) -> list[Term]:
        """An item of the strategy's tree as terms; one that needs a clock is counted in the structure it leads to."""
        if leads_on and on_a_clock(outcome):
            return []
        return payoff(outcome, reach, where, self.discounting, place, self.faults, self.ends())

    def ends(self) -> Node | None:
        """When a horizon that the settings shorten ends, in years from the decision; None where they do not."""
        if "horizon" not in self.settings:
            return None
        structures = [path.leaf.to for path in paths_of(self.strategy.to) if path.leaf.to is not None]
        try:
            pairs = [(_years(_with_settings(one, self.settings)), _years(one)) for one in structures]
        except ModelError:
            return None  # told where the structure is lowered
        now, own = (max((pair[k] for pair in pairs), default=0.0) for k in (0, 1))
        return total([Name("lasts"), Number(now)]) if now < own - SLACK else None

    def structure(self, members: Sequence[tuple[Node, Path]], several: bool) -> Block:
        """The block that a group of equal leaves leads to, named by them where it is one of several."""
        leaf = members[0][1].leaf
        structure = leaf.to
        assert structure is not None
        structure = _with_settings(structure, self.settings)
        place = f"strategy {self.strategy.name}, {structure.name}"
        for word in ("transitions", "rates"):
            if (getattr(self.strategy, word) or getattr(leaf, word)) and getattr(structure, word, None) is None:
                self.faults.append(Fault(place, f"{word}= overrides nothing here: the structure is written without"))
        leaves = leaf_names([path for _, path in members]) if several else ""
        start: dict[str, list[Node]] = {}
        for reach, path in members:
            for state, share in start_shares(path.leaf, self.strategy, structure, place, self.faults).items():
                start.setdefault(state, []).append(product(reach, share))
        scene = Scene(
            strategy=self.strategy.name,
            block=f"{self.strategy.name} - {structure.name}" + (f", {leaves}" if leaves else ""),
            parent=self.strategy.name,
            mass=total(reach for reach, _ in members),
            start={state: total(shares) for state, shares in start.items()},
            offset=Number(0.0) if self.strategy.lasts == "0" else Name("lasts"),
            age=read(self.tree.age, "age", self.faults) if self.tree.age is not None else None,
            discounting=self.discounting,
            let=leaf.let,
            entries={**self.strategy.transitions, **self.strategy.rates, **leaf.transitions, **leaf.rates},
            outer={**self.tree.let, **self.strategy.let},
            outcomes=tuple(o for o in (*self.strategy.outcomes, *leaf.outcomes) if on_a_clock(o)),
        )
        block = structure.lower(scene, self.faults)
        extra = [read_check(check, place, self.faults) for check in leaf.checks]
        for _, path in members:
            extra += whole_start(path.leaf, self.strategy, structure, place, self.faults)
        own = leaf.to.clock if "horizon" in self.settings and leaf.to is not None else structure.clock
        between = getattr(structure, "between_rows", "error")
        return replace(
            block, checks=(*block.checks, *extra), leaf=leaves, between=between, declared_cycles=own.cycles
        )  # fmt: skip


def _with_settings(structure: Structure, settings: Mapping[str, str]) -> Structure:
    """A structure with the horizon or within-cycle method that the settings ask for."""
    changes = {k: v for k, v in settings.items() if k in ("horizon", "within_cycle")}
    return replace(structure, **changes) if changes else structure  # type: ignore[type-var]  # structures are dataclasses


def _years(structure: Structure) -> float:
    """The horizon of a structure in years."""
    return structure.clock.cycles / structure.clock.per_year


def _items(blocks: Sequence[Block], faults: list[Fault]) -> tuple[Item, ...]:
    """The items of all blocks; one name must mean one thing in every strategy."""
    found: dict[tuple[str, str], Item] = {}
    for block in blocks:
        for term in block.terms:
            first = found.setdefault((term.item.kind, term.item.name), term.item)
            if first != term.item:
                faults.append(
                    Fault(
                        term.item.name,
                        f"is declared twice with different tags: {_tags(first)}; {_tags(term.item)} ({block.name})",
                    )
                )
    return tuple(found.values())


def _tags(item: Item) -> str:
    of = f", of '{item.of}'" if item.of else ""
    return f"category '{item.category}', sector '{item.sector}', payer '{item.payer}'{of}"
