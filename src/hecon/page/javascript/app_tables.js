/** Tables: the comparison of all strategies, deterministic and over the draws, costs by cause, and lost work. */
const Tables = (() => {
  "use strict";

  /** Show the tables of a result. */
  function show(DATA, result) {
    const room = Elements.at("comparison-tables");
    if (result.faults.length) {
      Elements.fill(room, Elements.make("p", {}, "No numbers are shown while the model refuses these inputs."));
      return;
    }
    Elements.refill(room, all(DATA, result).map(({ title, head, rows, numbers, looks, note, folded }) => {
      const table = Elements.table(title, head, rows, { numbers, looks, note });
      return folded ? Elements.make("details", {}, Elements.make("summary", {}, title), table) : table;
    }));
  }

  /**
   * Every table of a result, for the page and for CSV files.
   * @returns {{name: string, title: string, head: string[], rows: string[][], numbers: number[]}[]}
   */
  function all(DATA, result) {
    const found = [incremental(DATA, result, result.table, "Base case")];
    if (result.table_psa) {
      const told = result.stale ? "draws of the inputs before the last change" : `mean of ${result.table_psa.draws.toLocaleString("en-US")} draws`;
      found.push(incremental(DATA, result, result.table_psa, `Probabilistic, ${told}`));
    }
    if (result.strategies.length > 2) found.push(pairwise(DATA, result));
    if (result.strategies.length > 1) found.push(by_cause(DATA, result));
    if (result.lost_work) found.push(lost_work(DATA, result));
    return found;
  }

  function incremental(DATA, result, table, title) {
    const words = Decide.effect_words(DATA.effect);
    const [many, several] = [table.draws > 1, result.strategies.length > 2];
    const money = (one) => of(one, Decide.money, many);
    const effect = (one) => of(one, (value) => Decide.quantity(value, 3), many);
    const head = ["Strategy", `Cost (${DATA.money})`, words, "More cost", `More ${words}`, `ICER per ${DATA.effect_word}`];
    if (result.has_threshold) head.push(`Net benefit at ${Decide.money(result.threshold)}`);
    if (several) head.push("Status");
    const rows = table.rows.map((row) => [
      row.label, money(row.cost), effect(row.effect), money(row.inc_cost), effect(row.inc_effect), row.icer.text,
      ...(result.has_threshold ? [money(row.nmb)] : []), ...(several ? [row.status_text] : []),
    ]);
    return {
      name: many ? "comparison_probabilistic" : "comparison", title: `${title}, ${result.perspective} perspective`, head, rows,
      numbers: result.has_threshold ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5], looks: table.rows.map((row) => (row.best ? "best" : "")),
      note: many
        ? "Below a mean: its 95% interval over the draws. The ratio is one of means."
        : "More cost, more effect and ICER are over the strategy above that is on the frontier.",
    };
  }

  function of(estimate, print, many) {
    if (estimate === null) return "";
    if (!many || Number.isNaN(estimate.mean)) return print(estimate.mean);
    return { text: print(estimate.mean), below: `${print(estimate.low)} to ${print(estimate.high)}` };
  }

  function pairwise(DATA, result) {
    const words = Decide.effect_words(DATA.effect);
    const rows = result.pairwise.rows.map((row) => [
      row.label, Decide.money(row.inc_cost.mean), Decide.quantity(row.inc_effect.mean, 3), row.icer.text,
    ]);
    const against = result.strategies[result.reference].label;
    const head = ["Strategy", `More cost (${DATA.money})`, `More ${words}`, `ICER per ${DATA.effect_word}`];
    return { name: "against_reference", title: `Each against ${against}, base case`, head, rows, numbers: [1, 2, 3], looks: [], note: "" };
  }

  function by_cause(DATA, result) {
    const [one, other] = [result.strategies[result.compared], result.strategies[result.reference]];
    const print = { money: Decide.money, effect: (value) => Decide.quantity(value, 3) };
    const rows = result.breakdown.lines.map((line) => [
      line.words, ...[line.strategy, line.reference, line.difference].map((value) => print[line.style](value)), line.beside,
    ]);
    return {
      name: "by_cause", title: "Costs by cause, base case", head: ["Cause", `${one.label} (${DATA.money})`, other.label, "Difference", "Remark"], rows,
      numbers: [1, 2, 3], looks: [], note: result.breakdown.note, folded: true,
    };
  }

  function lost_work(DATA, result) {
    const found = result.lost_work;
    const rows = found.rows.map((row) => [`${row.what}: ${row.strategy}`, ...row.values.map((one) => Decide.money(one.mean))]);
    return {
      name: "lost_work", title: "Lost work by method, base case", head: ["Amount", ...found.methods], rows, numbers: found.methods.map((_, k) => k + 1),
      looks: [], note: found.note, folded: true,
    };
  }

  return { show, all };
})();
