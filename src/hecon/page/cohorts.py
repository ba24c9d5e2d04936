"""Functions of a printed model that go through the rows of a cohort one by one: by probabilities, with tunnels, by rates."""

from collections.abc import Sequence
from typing import Any

from hecon.evaluate.compile.graph import CYCLE, TUNNEL, Vector
from hecon.formula.javascript import number_text
from hecon.page.loops import Writer

Pair = tuple[int, int]


def cohort(writer: Writer, v: int, members: Sequence[int]) -> str:
    """The function that walks a state vector; `members` are the nodes that are asked of it. Its name.

    >>> from hecon.evaluate.compile.graph import Graph
    >>> from hecon.page.placing import Placing
    >>> graph = Graph()
    >>> stay, one, none = graph.number(0.9), graph.number(1.0), graph.number(0.0)
    >>> entries = (((0, 0), stay), ((0, 1), graph.number(0.1)), ((1, 1), one))
    >>> v = graph.vector(Vector("probability", 2, entries, (one, none), (), 5, 1.0, varies=False, changes=False, block="demo"))
    >>> writer = Writer(graph, Placing(graph))
    >>> name = cohort(writer, v, [graph.state(v, 0)])
    >>> [line for line in writer.functions[0].splitlines() if line.startswith("let y")]
    ['let y0=x0*p0;', 'let y1=x0*p1+x1*p2;']
    """
    vector = writer.graph.vectors[v]
    payloads: dict[int, Any] = {
        k: writer.graph.nodes[k].payload for k in members if writer.graph.nodes[k].op == "state"
    }
    states = {position: k for k, (_, position) in payloads.items()}
    return _Cohort(writer, v, vector, states, members).function()


class _Cohort:
    """The text of one cohort's function."""

    def __init__(self, writer: Writer, v: int, vector: Vector, states: dict[int, int], members: Sequence[int]) -> None:
        self.writer, self.v, self.vector, self.states = writer, v, vector, states
        graph = writer.graph
        self.tunnels = {state: (length, last) for state, length, last in vector.tunnels}
        self.dwells = [k for k in members if graph.nodes[k].op == "dwell"]
        self.next_dwells = [k for k in members if graph.nodes[k].op == "dwell_next"]
        self.counts = [k for k in members if graph.nodes[k].op == "count"]
        self.reads: set[int] = set(vector.start)

    def function(self) -> str:
        body = self.by_rates() if self.vector.by == "rate" else self.by_probabilities()
        head = [f"const n=N[{self.vector.cycles}];"]
        head += [f"const A{k}=A[{k}];" for k in (*self.states.values(), *self.dwells, *self.next_dwells, *self.counts)]
        return self.writer.function(body, self.reads, head)

    def operand(self, node: int) -> str:
        self.reads.add(node)
        return self.writer.operand(node, {})

    def begin(self) -> list[str]:
        """The starting shares, and their sum."""
        starts = [self.operand(node) for node in self.vector.start]
        lines = [f"let x{k}={start};" for k, start in enumerate(starts)]
        return [*lines, f"const mass={'+'.join(f'x{k}' for k in range(self.vector.size))};", "let bad=-1,at=0;"]

    def end(self) -> list[str]:
        """What is refused."""
        total = "+".join(f"x{k}" for k in range(self.vector.size))
        return [f"refuse_cohort({self.v},bad,at,{total},mass);"]

    def keep(self) -> list[str]:
        """Occupancy of the row, for the states that something reads."""
        return [f"A{node}[k]=x{state};" for state, node in self.states.items()]

    def entries(self, row: str = "") -> list[str]:
        """The entries of a row that do not depend on the tunnel, looked at as the engine does; `row` says in which rows."""
        lines = []
        for j, (pair, node) in enumerate(self.vector.entries):
            if not self.writer.placing.has_tunnels(node):
                lines.append(f"const p{j}={self.operand(node)};")
                lines.append(row + self.look(j, pair))
        return lines

    def look(self, j: int, pair: Pair) -> str:
        high = "" if self.vector.by == "rate" else f"&&p{j}<=1.000000001"
        return f"if(!(p{j}>=-1e-9{high})&&bad<0){{bad={j};at=k;}}"

    def by_probabilities(self) -> list[str]:
        plain = [(j, pair) for j, (pair, _) in enumerate(self.vector.entries) if pair[0] not in self.tunnels]
        lines = self.begin()
        for state, (length, _) in self.tunnels.items():
            lines += [
                f"let c{state}=new Float64Array({length}),d{state}=new Float64Array({length});c{state}[0]=x{state};"
            ]
        for node in self.next_dwells:
            lines.append(f"const m{node}=new Float64Array({self.tunnels[self.state_of(node)][0]});")
        lines += ["for(let k=0;;k++){", *self.keep()]
        inside = [f"let y{b}={self.inflow(plain, b)};" for b in range(self.vector.size)]
        if not self.tunnels:
            return [*lines, "if(k===n)break;", *self.entries(), *inside, *self.move_on(), "}", *self.end()]
        lines += ["const last=k===n;", *self.entries("if(!last)"), *inside]
        for state in self.tunnels:
            lines += self.tunnel(state)
        lines += ["if(last)break;", *self.grow_older(), *self.move_on(), "}"]
        return [*lines, *self.end()]

    def inflow(self, plain: Sequence[tuple[int, Pair]], b: int) -> str:
        return "+".join(f"x{a}*p{j}" for j, (a, to) in plain if to == b) or "0"

    def move_on(self) -> list[str]:
        return [f"x{k}=y{k};" for k in range(self.vector.size)]

    def state_of(self, node: int) -> int:
        payload: tuple[int, int] = self.writer.graph.nodes[node].payload  # type: ignore[assignment]  # (vector, state)
        return payload[1]

    def tunnel(self, state: int) -> list[str]:
        """Who is in each tunnel of a state, what is added up of them, and where they go."""
        length, _ = self.tunnels[state]
        graph = self.writer.graph
        mine = [(j, pair, node) for j, (pair, node) in enumerate(self.vector.entries) if pair[0] == state]
        sums = [node for node in self.dwells if self.state_of(node) == state]
        later = [node for node in self.next_dwells if self.state_of(node) == state]
        wanted = [node for _, _, node in mine] + [graph.nodes[node].args[0] for node in (*sums, *later)]
        here: dict[int, str] = {}
        lines = [f"let stayed{state}=0;", *(f"let w{node}=0;" for node in sums)]
        lines.append(f"for(let j=0,e=Math.min({length}-1,k+1);j<=e;j++){{const c=c{state}[j];")
        lines += self.inner(wanted, here)
        lines += [f"w{node}+=c*{self.seen(graph.nodes[node].args[0], here)};" for node in sums]
        lines += [f"m{node}[j]={self.seen(graph.nodes[node].args[0], here)};" for node in later]
        lines.append("if(!last){")
        stays = False
        for j, (a, b), node in mine:
            if self.writer.placing.has_tunnels(node):
                lines += [f"const p{j}={self.seen(node, here)};", f"if(c!==0){self.look(j, (a, b))}"]
            stays = stays or a == b
            lines.append(f"d{state}[j]=c*p{j};" if a == b else f"y{b}+=c*p{j};")
        lines += ["}", "}"]
        if not stays:
            lines.append(f"d{state}.fill(0);")
        return [*lines, *(f"A{node}[k]=w{node};" for node in sums)]

    def inner(self, wanted: Sequence[int], here: dict[int, str]) -> list[str]:
        """Statements for the nodes that have a value for each row and tunnel."""
        graph = self.writer.graph
        needed = sorted(k for k in graph.needed(wanted) if graph.nodes[k].axes & CYCLE and graph.nodes[k].axes & TUNNEL)
        lines = []
        for node in needed:
            self.reads |= {arg for arg in graph.nodes[node].args if arg not in here}
            lines.append(f"const q{node}={self.writer.expression(node, here)};")
            here[node] = f"q{node}"
        return lines

    def seen(self, node: int, here: dict[int, str]) -> str:
        if node not in here:
            self.reads.add(node)
        return self.writer.operand(node, here)

    def grow_older(self) -> list[str]:
        """Those who stay move one tunnel on, newcomers take the first; amounts of those there at the interval's end."""
        lines = []
        for state, (length, last) in self.tunnels.items():
            stay = f"c{state}[{length - 1}]+=d{state}[{length - 1}];"
            error = f"if(d{state}[{length - 1}]!==0&&bad<0){{bad=-2;at=k;}}"
            lines.append(f"for(let j={length - 1};j>0;j--)c{state}[j]=d{state}[j-1];c{state}[0]=y{state};")
            lines.append(stay if last == "stay" else error)
            lines.append(f"y{state}=0;for(let j=0;j<{length};j++)y{state}+=c{state}[j];")
        for node in self.next_dwells:
            lines.append(f"A{node}[k]=reached(c{self.state_of(node)},m{node},k);")
        return lines

    def by_rates(self) -> list[str]:
        """Each row by uniformisation, as the engine has it (cohort.py)."""
        vector = self.vector
        size, rates = vector.size, vector.entries
        order = [pair for pair, _ in rates]
        payloads: list[Any] = [self.writer.graph.nodes[k].payload for k in self.counts]  # (vector, pair)
        counted = [order.index(pair) for _, pair in payloads]
        lines = [
            *self.begin(),
            f"const x=new Float64Array({size}),r=new Float64Array({len(rates)}),c=new Float64Array({len(counted)});",
        ]
        lines += [f"const moves={[one for pair in order for one in pair]},counted={counted};"]
        lines += ["for(let k=0;;k++){", *self.keep(), "if(k===n)break;", *self.entries()]
        lines += [f"r[{j}]=p{j}/{number_text(vector.per_year)};" for j in range(len(rates))]
        lines += [f"x[{k}]=x{k};" for k in range(size)]
        lines += ["if(uniformise(x,moves,r,counted,THRESHOLDS,c)<0&&bad<0){bad=-3;at=k;}"]
        lines += [f"x{k}=x[{k}];" for k in range(size)]
        lines += [f"A{node}[k]=c[{j}];" for j, node in enumerate(self.counts)]
        return [*lines, "}", *[f"A{node}[n]=0;" for node in self.counts], *self.end()]
