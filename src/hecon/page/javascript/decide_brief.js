/** Decide: "the answer in brief" of the report, line by line, and the banner of a draft; report/sections/brief.py. */
(() => {
  "use strict";

  const DOUBTED = ["unverified", "assumption"];

  /**
   * Each strategy against the reference, deterministic and probabilistic told apart.
   * @param {object} result strategies, reference, threshold, base {cost, effect}, psa (null, or {n, cost, effect})
   * @param {{money: string, kind?: string}} how currency and price year as printed; the effect
   * @returns {{answer: string, lines: string[]}} answer is "" without a PSA
   */
  function brief(result, { money, kind = "qaly" }) {
    const word = Decide.effect_word(kind);
    const { strategies, reference, threshold } = result;
    const bases = [result.base, ...(result.psa ? [result.psa] : [])];
    const lines = bases.flatMap((one) => compared(Decide.pairwise(one.cost, one.effect, reference, strategies, word), strategies, money, word));
    if (strategies.length > 2) {
      lines.push(...bases.map((one) => ratios(Decide.incremental(one.cost, one.effect, reference, threshold, strategies))));
    }
    return { answer: result.psa ? on_average(result, money, word) : "", lines };
  }

  function on_average(result, money, word) {
    const at = Decide.acceptability(result.psa.cost, result.psa.effect, [result.threshold], result.strategies);
    if (at.best[0] === null) return Decide.NO_ANSWER;
    const value = `With health valued at ${Decide.money(result.threshold)} ${money} per ${word}`;
    const chance = `with a probability of ${Decide.percent(at.ceaf[0], 1)} of being so`;
    return `${value}, ${result.strategies[at.best[0]].label} is the best choice on average, ${chance}.`;
  }

  /** Of more than two strategies, the ratios are those of the frontier. */
  function compared(table, strategies, money, word) {
    return table.rows.map((row) => {
      const unit = row.icer.value === null ? "" : ` ${money} per ${word}`;
      const ratio = strategies.length === 2 ? ` (ICER: ${row.icer.text}${unit})` : "";
      const gain = `${Decide.fixed(row.inc_effect.mean, 2, "+")} ${word}s`;
      const cost = `${Decide.money(row.inc_cost.mean, "+")} ${money} per patient`;
      return `${capital(table.basis)}: ${row.label} against ${table.reference} brings ${gain} and ${cost}${ratio}.`;
    });
  }

  function ratios(found) {
    const kept = (on) => found.rows
      .filter((row) => (row.status === "ND" || row.status === "equivalent") === on).map((row) => `${row.label} ${row.icer.text}`).join("; ");
    const words = `${capital(found.basis)} ICERs, each over the one before: ${kept(true)}`;
    return kept(false) ? `${words}. Off the frontier: ${kept(false)}.` : `${words}.`;
  }

  function capital(words) {
    return words.slice(0, 1).toUpperCase() + words.slice(1);
  }

  /**
   * The largest part of a cost difference, in words.
   * @param {{part: string, difference: number}[]} parts by category
   * @param {string} label of the strategy
   * @returns {string} "" where nothing is counted
   */
  function largest_part(parts, label) {
    if (parts.length === 0) return "";
    const top = parts.reduce((most, one) => (Math.abs(one.difference) > Math.abs(most.difference) ? one : most));
    return `The largest part of the cost difference of ${label}: ${top.part}, ${Decide.money(top.difference, "+")}.`;
  }

  /**
   * The banner while unverified or assumed inputs drive the result; "" when none does.
   * @param {{name: string, label: string, provenance: string, influence: ?number, decides?: boolean}[]} inputs those that the model
   *   uses; influence is the widest swing of net benefit over the range (null without a range), decides whether the range alone
   *   changes the decision
   * @returns {string}
   */
  function draft(inputs) {
    const sizes = inputs.map((one) => one.influence).filter((size) => size !== null && size !== undefined);
    const least = 1e-9 * Math.max(1, ...sizes);
    const size = (one) => (one.influence === null || one.influence === undefined ? Infinity : one.influence);
    const order = (one) => (one.influence === null || one.influence === undefined ? 0 : one.influence);
    const doubted = inputs.filter((one) => DOUBTED.includes(one.provenance) && size(one) > least).sort((a, b) => order(b) - order(a));
    if (doubted.length === 0) return "";
    const count = (kind) => doubted.filter((one) => one.provenance === kind).length;
    const kinds = DOUBTED.filter(count).map((kind) => `${count(kind)} ${kind === "assumption" ? "assumed" : kind}`).join(" and ");
    const names = (some) => some.map((one) => one.label || one.name).join("; ");
    const deciding = doubted.filter((one) => one.decides);
    const more = deciding.length > 5 ? `; and ${deciding.length - 5} more` : "";
    const alone = deciding.length ? ` Able to change the decision alone: ${names(deciding.slice(0, 5))}${more}.` : "";
    const word = doubted.length === 1 ? "input drives" : "inputs drive";
    return `DRAFT: ${kinds} ${word} the result, most of all ${names(doubted.slice(0, 3))}.${alone} Not for decisions until they are confirmed.`;
  }

  Object.assign(Decide, { brief, largest_part, draft });
})();
