/** Figures: where a difference comes from: costs by cause, and what each input moves; payback_figure.py, tornado_figure.py. */
(() => {
  "use strict";

  const SHOWN = 15; // bars of the tornado; the rest are in the table
  const ORDER = ["product", "delivery", "not separable", "side effects", "lost work, illness", "lost work, death", "lost work of carers"];
  const WORDS = { product: "Upfront: product", delivery: "Upfront: delivery", "not separable": "Upfront, not separable" };
  const GROUPS = ["Upfront", "Upfront", "Upfront", "Side effects", "Lost work", "Lost work", "Lost work"];

  /**
   * Incremental costs by cause: upfront, side effects, lost work, all others, and what they add up to.
   * @param {object} result strategies, reference, currency, perspective, compared; breakdown (of Decide.breakdown: costs with part,
   *   strategy, reference, difference), or causes [{category, kind, values: [S]}]
   * @returns {object} a figure
   */
  function waterfall(result) {
    const title = "Where the difference in cost comes from";
    const k = Figures.compared(result);
    const parts = parts_of(result, k);
    if (!parts) return Figures.nothing(title, "Costs by cause are not known for this result.");
    if (k === undefined) return Figures.nothing(title, "One strategy: there is nothing to compare.");
    if (!parts.every((one) => Number.isFinite(one.difference))) return Figures.nothing(title, Figures.WITHHELD);
    const [unit, names] = [Figures.money_unit(result), Figures.labels(result)];
    const total = parts.reduce((sum, one) => sum + one.difference, 0);
    const shown = parts.filter((one) => Math.abs(one.difference) >= 0.5);
    const bars = [];
    let level = 0;
    shown.forEach((one, i) => {
      const name = one.difference < 0 ? "less" : "more";
      bars.push({ i, from: level, to: level + one.difference, label: one.label, value: Decide.money(one.difference, "+"), name });
      level += one.difference;
    });
    bars.push({ i: shown.length, from: 0, to: total, label: "Difference", value: Decide.money(total, "+"), name: "difference" });
    const color = { field: "name", type: "nominal", title: null, scale: { domain: ["more", "less", "difference"], range: "parts" } };
    const x = Figures.along("from", `Incremental cost per patient (${unit})`, ",~f", { scale: { zero: true }, axis: { grid: true } });
    const spec = Figures.bars_with_words(bars.length, [
      { data: { name: "rows" }, mark: { type: "bar", style: "row-bar" }, encoding: { x, x2: { field: "to" }, color } }, Figures.rule("x", "zero"),
    ]);
    spec.datasets = { rows: bars };
    return {
      title, spec, stale: false, text: waterfall_text(names[k], names[result.reference], parts, total, unit),
      note: `${names[k]} against ${names[result.reference]}, ${result.perspective} perspective, discounted, per patient. `
        + "Each bar begins where the one above ended.",
      table: {
        head: ["Cause", "Group", names[k], names[result.reference], `Difference (${unit})`],
        rows: [...parts, whole(parts)].map((one) => [
          one.label, one.group, Decide.money(one.strategy), Decide.money(one.reference), Decide.money(one.difference, "+"),
        ]),
      },
    };
  }

  /** The parts in the order of the groups: {label, group, strategy, reference, difference}. */
  function parts_of(result, k) {
    const values = (one) => one.values || one.cost || one.per_strategy;
    let found = null;
    if (result.breakdown) found = result.breakdown.costs;
    else if (result.causes) {
      found = result.causes.filter((one) => !one.kind || one.kind === "cost").map((one) => {
        const [mine, other] = [values(one)[k], values(one)[result.reference]];
        return { part: one.category, strategy: mine, reference: other, difference: mine - other };
      });
    }
    if (!found) return null;
    const place = (part) => (ORDER.includes(part) ? ORDER.indexOf(part) : ORDER.length);
    return found.map((one, j) => ({ ...one, j, at: place(one.part) })).sort((a, b) => a.at - b.at || a.j - b.j).map((one) => ({
      ...one, label: WORDS[one.part] || Figures.capital(one.part.replace(/_/g, " ")), group: GROUPS[one.at] || "Others",
    }));
  }

  function whole(parts) {
    const sum = (key) => parts.reduce((total, one) => total + one[key], 0);
    return { label: "All costs", group: "", strategy: sum("strategy"), reference: sum("reference"), difference: sum("difference") };
  }

  function waterfall_text(strategy, reference, parts, total, unit) {
    const groups = [...new Set(GROUPS), "Others"].filter((group) => parts.some((one) => one.group === group));
    const of = (group) => parts.filter((one) => one.group === group).reduce((sum, one) => sum + one.difference, 0);
    const said = groups.map((group) => `${group.toLowerCase()} ${Decide.money(of(group), "+")}`);
    const sum = `${Decide.money(Math.abs(total))} ${unit} ${total < 0 ? "less" : "more"}`;
    return `${strategy} against ${reference} costs ${sum} per patient: ${said.join("; ")}.`;
  }

  /**
   * The tornado: incremental net benefit over the range of each input, widest on top, the ends of the range in words.
   * @param {object} result threshold, strategies, reference, compared, base; tornado [{name, label, low, high, nmb_low, nmb_high}] in
   *   the order to be shown, with incremental net benefit of the strategy compared, or null
   * @returns {object} a figure
   */
  function tornado(result) {
    const title = "What each input moves";
    if (!result.tornado) return Figures.nothing(title, "The one-way analysis has not been run.");
    const every = result.tornado.filter((one) => Number.isFinite(one.nmb_low) && Number.isFinite(one.nmb_high));
    if (every.length === 0) return Figures.nothing(title, result.tornado.length ? Figures.WITHHELD : "No input has a range.");
    const [k, names, unit, [per]] = [Figures.compared(result), Figures.labels(result), Figures.money_unit(result), Figures.words(result)];
    const { base, threshold, reference } = result;
    const middle = threshold * (base.effect[k] - base.effect[reference]) - (base.cost[k] - base.cost[reference]);
    const kept = every.slice(0, SHOWN);
    const rows = kept.map((one, i) => ({ i, label: one.label || one.name, value: `${limit(one.low)} to ${limit(one.high)}` }));
    const ends = kept.flatMap((one, i) => [
      { i, from: middle, to: one.nmb_high, name: "input at its high" }, { i, from: middle, to: one.nmb_low, name: "input at its low" },
    ]);
    const values = [middle, ...kept.flatMap((one) => [one.nmb_low, one.nmb_high])];
    const crosses = Math.min(...values) < 0 && Math.max(...values) > 0;
    const color = { field: "name", type: "nominal", title: null, scale: { domain: ["input at its high", "input at its low"], range: "ends" } };
    const x = Figures.along("from", `Incremental net monetary benefit (${unit})`, ",~f", { scale: { zero: false }, axis: { grid: true } });
    const spec = Figures.bars_with_words(rows.length, [
      { data: { name: "ends" }, mark: { type: "bar", style: "row-bar" }, encoding: { x, x2: { field: "to" }, color } },
      Figures.moving_rule("x", "zero", "base"), Figures.moving_rule("x", "threshold", "zero"),
    ]);
    spec.datasets = { rows, ends, base: [{ at: middle }], zero: crosses ? [{ at: 0 }] : [] };
    const more = every.length > kept.length ? ` ${kept.length} of ${every.length} inputs.` : "";
    const line = crosses ? " Dashed: 0, where the decision changes." : "";
    return {
      title, spec, stale: false, text: tornado_text(names[k], names[reference], kept, middle, unit, every),
      note: `${names[k]} against ${names[reference]}, ${Decide.money(threshold)} per ${per}. Line: base case, ${Decide.money(middle)}.${line}${more}`,
      table: {
        head: ["Input", "Low", "High", `Net benefit at low (${unit})`, `Net benefit at high (${unit})`],
        rows: every.map((one) => [one.label || one.name, limit(one.low), limit(one.high), Decide.money(one.nmb_low), Decide.money(one.nmb_high)]),
      },
    };
  }

  /** A number in few digits, as it stands beside a bar. */
  function limit(value) {
    return Math.abs(value) >= 1000 || Number.isInteger(value) ? Decide.fixed(value, 0) : Decide.general(value, 2);
  }

  function tornado_text(strategy, reference, kept, middle, unit, every) {
    const turns = every.filter((one) => Math.min(one.nmb_low, one.nmb_high) < 0 && Math.max(one.nmb_low, one.nmb_high) > 0).length;
    const most = kept.slice(0, 3).map((one) => {
      const [low, high] = [Math.min(one.nmb_low, one.nmb_high), Math.max(one.nmb_low, one.nmb_high)];
      return `${one.label || one.name} (${Decide.money(low)} to ${Decide.money(high)})`;
    });
    const signs = `Over its range, ${turns} of ${every.length} ${every.length === 1 ? "input" : "inputs"} can change its sign alone.`;
    const start = `Net benefit of ${strategy} against ${reference} is ${Decide.money(middle)} ${unit} in the base case.`;
    return `${start} It moves most with ${Figures.listed(most)}. ${signs}`;
  }

  Object.assign(Figures, { waterfall, tornado });
})();
