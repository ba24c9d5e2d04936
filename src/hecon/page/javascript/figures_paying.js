/** Figures: what a payer pays: the budget by year, and the cash of an agreement; budget_figure.py, paying_figures.py. */
(() => {
  "use strict";

  /** A number, or the mean of an estimate. */
  function mean(value) {
    return typeof value === "number" ? value : value.mean;
  }

  /**
   * Bars of the net budget by year, stacked by group above and below 0, the whole as a diamond; the ceiling dashed.
   * @param {object} result currency, perspective; budget {groups: [..], net: [group][year] (with less without, undiscounted), money,
   *   whole: [year] numbers or estimates (left out: the sums), ceiling, chances: [year]} or null
   * @returns {object} a figure
   */
  function budget(result) {
    const title = "Budget by year";
    const found = result.budget;
    if (!found || !found.net || found.net.length === 0) return Figures.nothing(title, "No budget is declared for this model.");
    const unit = found.money || Figures.money_unit(result);
    const years = found.net[0].length;
    const sums = Array.from({ length: years }, (_, y) => found.net.reduce((sum, one) => sum + mean(one[y]), 0));
    const whole = found.whole || sums;
    if (!sums.every(Number.isFinite)) return Figures.nothing(title, Figures.WITHHELD);
    const names = found.groups.map((one) => Figures.capital(String(one)));
    const parts = largest(names, found.net);
    const bars = parts.flatMap((one, g) => one.values.map((value, y) => ({ year: y + 1, y: value, name: one.name, g })));
    const net = whole.map((one, y) => ({ year: y + 1, y: mean(one), low: one.low ?? null, high: one.high ?? null }));
    const ceiling = Number.isFinite(found.ceiling) ? [{ at: found.ceiling }] : [];
    const x = year_axis(years, "Year");
    const y = Figures.along("y", `Net budget (${unit})`, ",~f", { scale: { zero: true } });
    const stacked = { y: { ...y, stack: "zero" }, color: Figures.looks(parts.map((one) => one.name)).color, order: { field: "g", type: "quantitative" } };
    const ends = { y: { field: "low", type: "quantitative" }, y2: { field: "high" } };
    const spread = net.filter((one) => Number.isFinite(one.low));
    const spec = {
      datasets: { bars: bars.filter((one) => one.y !== 0), net, spread, ceiling }, height: 300, encoding: { x },
      layer: [
        { data: { name: "bars" }, mark: { type: "bar", style: "stack" }, encoding: stacked },
        Figures.rule("y", "zero"), Figures.moving_rule("y", "threshold", "ceiling"),
        { data: { name: "spread" }, mark: { type: "rule", style: "spread" }, encoding: ends },
        { data: { name: "net" }, mark: { type: "point", filled: true, style: "net" }, encoding: { y } },
      ],
    };
    const limits = spread.length ? " with its 95% interval over the draws" : "";
    const held = ceiling.length ? ` Dashed: ceiling ${Decide.money(found.ceiling)}.` : "";
    const words = net.map((one) => Decide.money(one.y));
    const total = net.reduce((sum, one) => sum + one.y, 0);
    const broken = net.filter((one) => one.y > found.ceiling).length;
    const above = ceiling.length ? ` It is above the ceiling of ${Decide.money(found.ceiling)} in ${broken} of ${years} years.` : "";
    const span = years === 1 ? "year 1" : `years 1 to ${years}`;
    return {
      title, spec, stale: Boolean(found.stale),
      note: `Undiscounted, ${result.perspective} perspective. Diamond: net of the year${limits}.${held}`,
      text: `The net budget of ${span} is ${Figures.listed(words)} ${unit}, in all ${Decide.money(total)}.${above}`,
      table: {
        head: ["Year", ...names, `Net (${unit})`, ...(found.chances ? ["P(above the ceiling)"] : [])],
        rows: whole.map((one, j) => [
          String(j + 1), ...found.net.map((group) => Decide.money(mean(group[j]))),
          typeof one === "number" ? Decide.money(one) : Decide.estimate_text(one, 0),
          ...(found.chances ? [Decide.fixed(found.chances[j], 2)] : []),
        ]),
      },
    };
  }

  /** The groups of a budget as bars: of more than there are colours the largest, and the others as one. */
  function largest(names, net) {
    const every = names.map((name, g) => ({ name, g, values: net[g].map(mean) }));
    const size = (one) => one.values.reduce((sum, value) => sum + Math.abs(value), 0);
    const moving = every.filter((one) => size(one) > 0);
    if (moving.length <= Figures.COLOURS.length) return moving;
    const order = [...moving].sort((a, b) => size(b) - size(a));
    const kept = order.slice(0, Figures.COLOURS.length - 1).sort((a, b) => a.g - b.g);
    const rest = order.slice(Figures.COLOURS.length - 1);
    const values = kept[0].values.map((_, y) => rest.reduce((sum, one) => sum + one.values[y], 0));
    return [...kept, { name: `${rest.length} others`, values }];
  }

  function year_axis(count, title) {
    const every = Array.from({ length: count }, (_, j) => j + 1);
    return { field: "year", type: "ordinal", title, axis: { labelAngle: 0, labelOverlap: true }, scale: { domain: every } };
  }

  /**
   * Bars of what payer and manufacturer pay and receive in each period, and the line of what is still owed at its end.
   * @param {object} result currency, strategies; cash {agreement, by, rows: [{period, payer, manufacturer, owed}]} (below 0: pays;
   *   numbers or estimates), money, enrolment; or null
   * @returns {object} a figure
   */
  function cash(result) {
    const title = "Payments under the agreement";
    const found = result.cash;
    if (!found || !found.rows || found.rows.length === 0) return Figures.nothing(title, "No agreement with payments over time is chosen.");
    const unit = found.money || Figures.money_unit(result);
    const by = found.by || "year";
    const parties = ["payer", "manufacturer"].filter((one) => found.rows.every((row) => row[one] !== undefined));
    const bars = found.rows.flatMap((row) => parties.map((name) => ({ year: row.period, y: mean(row[name]), name })));
    if (!bars.every((one) => Number.isFinite(one.y))) return Figures.nothing(title, Figures.WITHHELD);
    const owed = found.rows.filter((row) => row.owed !== undefined).map((row) => ({ year: row.period, y: mean(row.owed) }));
    const x = year_axis(found.rows.length, Figures.capital(by));
    const y = Figures.along("y", `Received, paid below 0 (${unit})`, ",~f", { scale: { zero: true } });
    const beside = { field: "name", type: "nominal", scale: { domain: parties } };
    const columns = [...parties, ...(owed.length ? ["owed"] : [])];
    const spec = {
      datasets: { bars, owed }, height: 280, encoding: { x, y },
      layer: [
        { data: { name: "bars" }, mark: { type: "bar", style: "stack" }, encoding: { color: Figures.looks(parties).color, xOffset: beside } },
        Figures.rule("y", "zero"),
        { data: { name: "owed" }, mark: { type: "line", style: "owed", point: { filled: true, style: "owed-point" } } },
      ],
    };
    const paid = found.rows.map((row) => -mean(row.payer));
    const who = found.enrolment ? `for ${Decide.general(found.enrolment, 10)} patients a year` : "per patient intended";
    const total = paid.reduce((sum, one) => sum + one, 0);
    const some = found.rows.slice(0, 5).map((row, j) => `${Decide.money(paid[j])} in ${by} ${row.period}`);
    const rest = found.rows.length > 5 ? ` and ${Decide.money(paid.slice(5).reduce((sum, one) => sum + one, 0))} later` : "";
    const name = found.label || found.agreement || "the agreement";
    return {
      title, spec, stale: Boolean(found.stale), note: `${Figures.capital(who)}, undiscounted. Line with points: still owed when the ${by} ends.`,
      text: `Agreement (${name}): the payer pays ${some.join(", ")}${rest}: in all ${Decide.money(total)} ${unit} ${who}.`,
      table: {
        head: [Figures.capital(by), ...parties.map((one) => `${Figures.capital(one)} (${unit})`), ...(owed.length ? ["Owed at its end"] : [])],
        rows: found.rows.map((row) => [String(row.period), ...columns.map((one) => Decide.money(mean(row[one])))]),
      },
    };
  }

  Object.assign(Figures, { budget, cash });
})();
