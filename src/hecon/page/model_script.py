"""A model printed as JavaScript: the text of a function body that returns the model, to be evaluated one set of inputs at a
time. It is the fourth printer of the same trees, and equal to the engine to rounding (`hecon verify-page`).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.compile.graph import CYCLE, TUNNEL, VECTOR_OPS
from hecon.evaluate.engine.cohort import thresholds
from hecon.formula.javascript import number_text
from hecon.page.asked import ask
from hecon.page.cohorts import cohort
from hecon.page.loops import Writer
from hecon.page.open_graph import Opened, When, open_graph
from hecon.page.placing import DRAWN, FIXED, LOOKED, ROW_KERNELS, place
from hecon.page.steps import Step, kept_of, steps_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

_PARTS = {FIXED: "prepare", DRAWN: "evaluate", LOOKED: "look"}


@dataclass(frozen=True)
class ModelScript:
    """The printed model: its text, its inputs in order with their base values, and what it puts out."""

    text: str
    inputs: tuple[str, ...]
    base: Mapping[str, float]
    strategies: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    prices: tuple[tuple[str, int], ...]
    extra: Mapping[str, float] = field(default_factory=dict)


def model_script(
    model: "Model", book: "Book", drawn: Collection[str] | None = None, *, careful: bool = False
) -> ModelScript:
    """Print a model; `drawn` are the inputs that have draws (by default all that the book would sample). `careful` is for a
    page whose inputs may be withheld: what rests on one that is no number is none.

    Raises:
        ModelError: a function that has no JavaScript spelling, and what the engine refuses in the model.

    >>> from hecon.workbook.example import one_visit
    >>> script = model_script(*one_visit())
    >>> script.inputs, script.items
    (('c_visit',), (('cost', 'visits'),))
    """
    opened = open_graph(model, book)
    return _Printer(opened, book, book.sample(1, seed=1).names if drawn is None else drawn, careful).script()


class _Printer:
    """One model on its way to text."""

    def __init__(self, opened: Opened, book: "Book", drawn: Collection[str], careful: bool) -> None:
        self.opened, self.book, self.drawn, self.careful = opened, book, drawn, careful
        self.graph, self.asked = opened.built.graph, ask(opened)

    def script(self) -> ModelScript:
        graph, asked = self.graph, self.asked
        main, looked = asked.main(), asked.looked()
        self.placing = place(graph, main, looked, self.drawn)
        steps = {part: steps_of(self.placing, self.opened.clocks, part) for part in _PARTS}
        kept = kept_of(self.placing, [step for some in steps.values() for step in some], [*main, *looked])
        inputs = self.names()
        places = {name: k for k, name in enumerate(inputs)}
        self.writer = Writer(graph, self.placing, kept, inputs=places, careful=self.careful)
        calls = {part: " ".join(f"{self.step(one)}();" for one in some) for part, some in steps.items()}
        known = self.placing.part
        data = {
            **asked.data(),
            "CLOCKS": [[c.number, c.per_year, c.cycles] for c in self.opened.clocks.values()], "INPUTS": inputs,
            "ARRAYS": sorted({(k, graph.nodes[k].cycles) for k in known if self.stored(k)}),
            "NUMBERS": {k: op.payload for k, op in enumerate(graph.nodes) if op.op == "number" and k in known},
            "SCALARS": len(graph.nodes),
            "THRESHOLDS": list(thresholds()) if any(v.by == "rate" for v in graph.vectors) else [],
        }  # fmt: skip
        lines = [f"const {name}={_json(value)};" for name, value in data.items()]
        lines += [f"const {name}={self.table(*key)};" for key, name in self.writer.tables.items()]
        lines += self.writer.functions
        lines += [f"function run_{name}() {{ {calls[part]} }}" for part, name in _PARTS.items()]
        base = {name: self.value(name) for name in inputs}
        return ModelScript(
            "\n".join(lines), inputs, base, asked.strategies, asked.items, asked.prices, self.opened.extra
        )

    def names(self) -> tuple[str, ...]:
        """The inputs that the model uses, in the book's order."""
        used = {str(op.payload) for k, op in enumerate(self.graph.nodes) if op.op == "input" and k in self.placing.part}
        return tuple(name for name in (*self.book.parameters, *self.opened.extra) if name in used)

    def value(self, name: str) -> float:
        """An input's base value."""
        extra = self.opened.extra
        return extra[name] if name in extra else float(self.book.parameters[name].value)

    def stored(self, node: int) -> bool:
        """Whether a node has an array of rows."""
        op = self.graph.nodes[node]
        inner = op.axes & CYCLE and op.axes & TUNNEL and op.op not in VECTOR_OPS
        kernel = op.op in ROW_KERNELS
        return bool(op.axes & CYCLE) and not inner and (kernel or node in self.writer.kept)

    def step(self, step: Step) -> str:
        """Print one step; the name of its function."""
        match step.kind:
            case "numbers":
                return self.writer.numbers(step.nodes)
            case "rows":
                return self.writer.rows(step.nodes, step.clock, step.ahead)
            case "cohort":
                return cohort(self.writer, step.vector, step.nodes)
            case "looks":
                return self.looks(step.nodes)
            case _:
                return self.all_rows(step.nodes[0], step.clock)

    def all_rows(self, node: int, clock: int) -> str:
        """The function of a node that looks at other rows: running sums, time spent."""
        op = self.graph.nodes[node]
        payload: Any = op.payload
        more = "" if op.op == "cumulative" else f',"{payload[0]}",{int(payload[1])}'
        args = ",".join(self.whole(arg) for arg in op.args)
        reads = [arg for arg in op.args if self.graph.nodes[arg].op != "cycle"]
        return self.writer.function([f"{op.op}(A[{node}],{args}{more},N[{clock}]);"], reads)

    def whole(self, node: int) -> str:
        """A node as an argument of a function over all rows: an array or a number."""
        op = self.graph.nodes[node]
        if op.op == "number":
            return number_text(op.payload)  # type: ignore[arg-type]  # a number's payload is its value
        if op.op == "cycle":
            return f"row_numbers(N[{op.cycles}])"
        return f"A{node}" if op.axes & CYCLE else f"s{node}"

    def looks(self, nodes: Sequence[int]) -> str:
        """The function of looks at single rows."""
        body, reads = [], []
        for node in nodes:
            op, when = self.graph.nodes[node], self.graph.nodes[node].payload
            assert isinstance(when, When)
            words = f'{when.clock},"{when.between}","{when.beyond}"'
            time = self.writer.operand(when.time, {})
            body.append(f"S[{node}]=at({self.whole(op.args[0])},{time},{words});")
            reads += [op.args[0], when.time]
        return self.writer.function(body, reads)

    def table(self, how: str, table: str, column: str) -> str:
        """A column of a table as the functions that look it up want it."""
        found = self.book.tables[table]
        index, values = np.asarray(found.index, dtype=float), np.asarray(found.columns[column], dtype=float)
        if how != "life_survivors":
            return f"[{_json(index.tolist())},{_json(values.tolist())}]"
        q = np.append(values, 1.0)  # past the last age everyone dies
        alive = np.concatenate([[1.0], np.cumprod(1.0 - q)])
        return f"[{number_text(float(index[0]))},{_json(alive.tolist())},{_json(q.tolist())}]"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")).replace("</", "<\\/")
