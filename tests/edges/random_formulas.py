"""Random formulas for the transitions, curves and amounts of one structure: constant, by step (on or between rows), smooth."""

from random import Random

from edges.plain_clock import years


class Formulas:
    """Writes formulas of one structure on its clock, and keeps what goes into its `let`."""

    def __init__(
        self, random: Random, cycle: str, n: int, age: int, stepped: bool, middles: bool, steady: bool = False
    ) -> None:
        self.random, self.steady = random, steady  # steady: nothing at all changes over the run
        self.cycle, self.n, self.age = float(years(cycle)), n, age
        self.cycle_text = cycle
        self.stepped, self.middles = stepped, middles
        self.let = {
            "hr_arm": "1",
            "c_now": "c_a * (0.5 if cycle < 1 else 1.5)" if stepped else "2 * c_a",
            "u_now": "u_a - 0.01 * (t > 1)" if stepped else "u_a",
            "r_now": "r_a * hr_arm * (2 if t < 1 else 1)",
        }

    def probability(self, tunnel: bool) -> str:
        """At most about 0.3, so that three of them leave something."""
        if self.steady:
            return self.random.choice(("0.1", "p_a", "p_b * hr_arm", "1 - exp(-r_b * cycle_years)"))
        ways = [
            "0.1", "p_a", "p_b * hr_arm", "1 - exp(-r_b * cycle_years)", "p_a * exp(-0.3 * t)", "p_b * (1.5 if age < 59 else 0.5)",
            "risk[age]", "1 - exp(-r_now * cycle_years / 4)",
        ]  # fmt: skip
        if tunnel:
            ways += [
                "p_a * exp(-state_time)",
                f"where({self._after('state_time')}, p_b, p_a)",
                "0.2 / (1 + state_time) * hr_arm",
            ]
        return self.random.choice(ways)

    def rate(self, tunnel: bool) -> str:
        if self.steady:
            return self.random.choice(("r_a", "0.3", "r_b * hr_arm"))
        ways = [
            "r_a",
            "0.3",
            "r_b * hr_arm",
            "r_now",
            "r_a * exp(-0.2 * t)",
            "r_b * (2 if cycle >= 2 else 1)",
            "risk[age] * 2",
        ]
        if tunnel:
            ways += ["r_a * exp(-state_time)", f"where({self._after('state_time')}, r_b, 2 * r_a)"]
        return self.random.choice(ways)

    def curve(self, rank: int) -> str:
        """The last curve has rank 0; earlier ones fall faster, mostly."""
        hazard = (
            self.random.choice(("r_b", "r_a", "r_a * hr_arm")) if rank else self.random.choice(("r_b", "0.1 * hr_arm"))
        )
        ways = [
            f"exp(-{hazard} * t)", f"exp(-({hazard} * t) ** 1.3)", f"1 / (1 + {hazard} * t)",
            f"exp(-{hazard} * (2 * min(t, 0.5) + max(t - 0.5, 0)))",
            f"exp(-{hazard} * t) if t < 1 else exp(-{hazard} * (1 + 3 * (t - 1)))",
        ]  # fmt: skip
        return ("0.8 * " if rank and self.random.random() < 0.2 else "") + f"({self.random.choice(ways)})"

    def amount(self, base: str, tunnel: bool = False, alone: bool = False) -> str:
        """An amount about as large as `base`; `alone` may use the clock however constant flows must be."""
        r = self.random
        if self.steady or not (self.stepped or alone):
            return r.choice((base, f"0.5 * {base}", f"{base} * hr_arm"))
        way = r.choice(("same", "step", "step", "step", "smooth", "table", "cohort"))
        if way == "step":
            other = r.choice(("0", f"0.4 * {base}"))
            one, two = r.choice(((base, other), (other, base)))
            condition = self.condition(tunnel)
            return r.choice((f"where({condition}, {one}, {two})", f"({one} if {condition} else {two})"))
        if way == "smooth":
            clocks = ["t", "(age - 58)", *(["state_time"] if tunnel else [])]
            clocks += ["t_mid", "(age_mid - 58)", *(["state_time_mid"] if tunnel else [])] if self.middles else []
            return r.choice(("{} * exp(-0.2 * {})", "{} * (1 - 0.02 * {})")).format(base, r.choice(clocks))
        if way == "table":
            return f"{base} * risk[age]" if r.random() < 0.5 else f"{base} * fee[t] / 1000"
        if way == "cohort" and not alone:
            return f"{base} * (1 + occupancy['dead'])" if not tunnel else f"{base} * (1 + 0.1 * cycle)"
        return base

    def condition(self, tunnel: bool) -> str:
        """A step: within, at or beyond the run, on a row or between two."""
        clocks = ["cycle", "t", "age", *(["state_time", "state_time"] if tunnel else [])]
        clocks += ["t_mid", *(["state_time_mid"] if tunnel else [])] if self.middles else []
        one = self._after(self.random.choice(clocks))
        if self.random.random() < 0.75:
            return one
        other = self._after(self.random.choice(clocks))
        return self.random.choice((f"{one} and {other}", f"{one} or {other}", f"not ({one} or {other})", f"not {one}"))

    def _after(self, clock: str) -> str:
        cycles = self.random.randint(1, self.n)
        sign = self.random.choice(("<", "<", "<=", ">", ">="))
        if clock == "cycle":
            return f"cycle {sign} {cycles}"
        years_after = self.random.choice((cycles * self.cycle, (cycles - 0.4) * self.cycle, 1.0, 0.5))
        if sign in ("<=", ">") and years_after == cycles * self.cycle:
            years_after += (
                0.3 * self.cycle
            )  # t = k / cycles per year may miss k x cycle by a bit: never ask for equality
        if sign in ("<", ">=") and abs(years_after * 1000 - round(years_after * 1000)) > 1e-9:
            years_after -= 0.2 * self.cycle
        return f"{clock} {sign} {years_after + (self.age if clock == 'age' else 0)!r}"

    def row_time(self) -> str:
        """The time of a row, as text: "9 months" in a model of three."""
        number, unit = self.cycle_text.split()
        return f"{int(number) * self.random.randint(0, self.n)} {unit}"
