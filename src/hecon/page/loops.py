"""Statements of a printed model: numbers, and nodes in loops over the rows of a clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hecon.evaluate.compile.graph import CYCLE, REDUCING, SURE, TUNNEL, Graph
from hecon.formula.javascript import number_text, spelled
from hecon.page.placing import Placing, needs


@dataclass
class Writer:
    """Prints functions; `kept` are the nodes that are read outside of the function that computes them."""

    graph: Graph
    placing: Placing
    kept: set[int] = field(default_factory=set)
    tables: dict[tuple[str, str, str], str] = field(default_factory=dict)  # (how, table, column): its constant's name
    inputs: dict[str, int] = field(default_factory=dict)
    careful: bool = False  # whether an input may be no number: then nothing is a number for sure
    functions: list[str] = field(default_factory=list)

    def function(self, body: Iterable[str], reads: Iterable[int], head: Iterable[str] = ()) -> str:
        """A function that loads what it reads and does its body; its name."""
        name = f"f{len(self.functions)}"
        loads = [self.load(node) for node in sorted(set(reads)) if self.graph.nodes[node].op not in ("number", "cycle")]
        lines = "\n".join([*head, *filter(None, loads), *body])
        self.functions.append(f"function {name}() {{\n{lines}\n}}")
        return name

    def load(self, node: int) -> str:
        """The line that fetches a node kept in memory."""
        if self.graph.nodes[node].axes & (CYCLE | TUNNEL):
            return f"const A{node}=A[{node}];"
        return f"const s{node}=S[{node}];"

    def operand(self, node: int, here: Mapping[int, str], row: str = "k") -> str:
        """A node as it is named inside a function: what is `here`, a number, or what was loaded."""
        op = self.graph.nodes[node]
        if node in here:
            return here[node]
        if op.op == "number":
            return number_text(op.payload)  # type: ignore[arg-type]  # a number's payload is its value
        if op.op == "cycle":
            return row
        if op.axes & CYCLE:
            return f"A{node}[{row}]"
        return f"A{node}[j]" if op.axes & TUNNEL else f"s{node}"

    def expression(self, node: int, here: Mapping[int, str], row: str = "k") -> str:
        """The formula of a node over its operands."""
        op = self.graph.nodes[node]
        args = [self.operand(arg, here, row) for arg in op.args]
        payload: Any = op.payload
        match op.op:
            case "number" | "cycle":
                return self.operand(node, here, row)
            case "input":
                return f"X[{self.inputs[payload]}]"
            case "horizon":
                return "horizon()"
            case "cycles":
                return f"N[{op.payload}]"
            case "next":
                inner = self.graph.nodes[op.args[0]]
                return f"({row}+1)" if inner.op == "cycle" else f"A{op.args[0]}[{row}+1]"
            case "weight":
                return f'flow_weight("{payload[0]}",{args[0]},N[{payload[1]}])'
            case "state_time":
                return f"(j/{number_text(payload[1])})"
            case "lookup" | "interp" | "life_survivors":
                name = self.tables.setdefault((op.op, *payload), f"T{len(self.tables)}")
                return f"{op.op}_in({name},{args[0]})"
            case _:
                return spelled(op.op, args, sure=op.payload == SURE and not self.careful)

    def numbers(self, nodes: Sequence[int]) -> str:
        """The function of nodes with one value, or one per tunnel."""
        here: dict[int, str] = {}
        body, reads = [], set()
        for node in nodes:
            op = self.graph.nodes[node]
            reads |= {arg for arg in needs(self.graph, node) if arg not in here}
            if op.axes & TUNNEL:
                length = self.placing.lengths[node]
                body.append(f"A[{node}]=tunnels({node},{length});const A{node}=A[{node}];")
                body.append(f"for(let j=0;j<{length};j++)A{node}[j]={self.expression(node, here)};")
                here[node] = f"A{node}[j]"
            else:
                keep = f"S[{node}]=" if node in self.kept else ""
                body.append(f"const s{node}={keep}{self.expression(node, here)};")
                here[node] = f"s{node}"
        return self.function(body, reads)

    def rows(self, nodes: Sequence[int], clock: int, ahead: bool) -> str:
        """The function of one loop over the rows of a clock: nodes with one value per row, and what is added up of them."""
        here: dict[int, str] = {}
        head, body, after, reads = [f"const n=N[{clock}];"], [], [], set()
        for node in nodes:
            op = self.graph.nodes[node]
            reads |= {arg for arg in op.args if arg not in here}
            if op.op == "sum":
                product = "*".join(self.operand(arg, here) for arg in op.args)
                head.append(f"let t{node}=0;")
                body.append(f"t{node}+={product};")
                after.append(f"S[{node}]=t{node};")
            elif op.op in REDUCING:  # largest, smallest
                x, pick = self.operand(op.args[0], here), "max" if op.op == "largest" else "min"
                head.append(f"let t{node}={'-' if pick == 'max' else ''}Infinity;")
                body.append(f"t{node}=Math.{pick}(t{node},{x});")
                after.append(f"S[{node}]=t{node};")
            else:
                keep = f"A{node}[k]=" if node in self.kept else ""
                if keep:
                    head.append(f"const A{node}=A[{node}];")
                body.append(f"const r{node}={keep}{self.expression(node, here)};")
                here[node] = f"r{node}"
        loop = [f"for(let k=0;k<=n{'+1' if ahead else ''};k++){{", *body, "}"]
        return self.function([*loop, *after], reads, head)
