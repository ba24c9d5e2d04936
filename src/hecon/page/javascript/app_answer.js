/** Answer: the answer in brief, its four numbers, what it rests on, and the line that stays in sight. */
const Answer = (() => {
  "use strict";

  const { make } = Elements;

  /** Show a result beside the submitted one. */
  function show(DATA, result, submitted) {
    const faults = Elements.at("faults");
    faults.hidden = result.faults.length === 0;
    Elements.fill(faults, result.faults.length
      ? [make("p", {}, make("strong", {}, "No result for these inputs.")), ...[...new Set(result.faults)].slice(0, 5).map((words) => make("p", {}, words)),
        make("p", {}, "Change the input that was changed last, or go back to the submitted case.")]
      : []);
    const { answer } = result;
    const best = answer.sentence === Decide.NO_ANSWER ? "" : answer.best_sentence;
    Elements.fill(Elements.at("answer"),
      make("p", {}, result.faults.length ? "The model refuses these inputs, so there is no answer." : told(DATA, answer.sentence)),
      best && !result.faults.length ? make("p", {}, told(DATA, best)) : null,
      make("p", { class: "soft" }, basis(DATA, result)));
    Elements.fill(Elements.at("tiles"), tiles(DATA, result, submitted).map(([what, value, before]) => make("div", { class: "tile" },
      make("span", {}, what), make("strong", { class: /^[-+]?[\d.,%]+$/.test(value) ? null : "words" }, value),
      before && before !== value ? make("span", {}, `submitted: ${before}`) : null)));
    Elements.at("headline").textContent = headline(DATA, result);
    assumed(DATA, result);
  }

  /** A sentence of the answer; while a number is withheld, where to type it. */
  function told(DATA, words) {
    const waits = DATA.confidential && words === Decide.NO_ANSWER;
    return waits ? "No answer yet: a number is withheld. Type its value under 'What if', and everything is computed." : words;
  }

  /** The four numbers: [what, value, submitted value]. */
  function tiles(DATA, result, submitted) {
    if (result.strategies.length < 2) return [];
    const ours = numbers(DATA, result);
    const before = submitted ? numbers(DATA, submitted, result.compared) : null;
    return ours.map(([what, value], k) => [what, value, before && result.changed ? before[k][1] : ""]);
  }

  function numbers(DATA, result, k = result.compared) {
    const row = result.pairwise.rows.find((one) => one.k === k);
    const refused = result.faults.length > 0;
    const text = (value) => (refused ? "none" : value);
    const share = result.answer.shares && !result.stale ? Decide.share(result.answer.shares[k]) : null;
    const words = Decide.effect_words(DATA.effect);
    return [
      [`More cost, ${DATA.money}`, text(Decide.money(row.inc_cost.mean, "+"))],
      [`More ${words}`, text(Decide.fixed(row.inc_effect.mean, 3, "+"))],
      [`ICER per ${DATA.effect_word}`, text(row.icer.text)],
      ["Likely to be cost-effective", text(share === null ? (!DATA.draws ? "not drawn" : result.halted ? "not run" : "computing") : share)],
    ];
  }

  function headline(DATA, result) {
    if (result.faults.length) return "No result";
    if (result.strategies.length < 2) return result.strategies[0].label;
    const [, , [, ratio], [, share]] = numbers(DATA, result);
    const { shares } = result.answer;
    const known = shares && !result.stale && !Number.isNaN(shares[result.compared]) ? ` · ${share} likely` : "";
    const unit = /^[\d.,]+$/.test(ratio) ? ` ${DATA.money} per ${DATA.effect_word}` : "";
    return `${ratio}${unit}${known}`;
  }

  /** Whether this is the submitted case, and how it is read. */
  function basis(DATA, result) {
    const case_words = result.changed ? "Your version of the model" : "The submitted base case";
    const years = result.horizon === null ? "" : `, horizon ${Elements.number(result.horizon)} years`;
    const draws = result.psa && !result.stale ? `; likelihood from ${result.psa.n.toLocaleString("en-US")} draws` : "";
    return `${case_words}; ${result.perspective} perspective, amounts in ${DATA.money}${years}, discounted${draws}.`;
  }

  /** The notice that numbers rest on assumed inputs, with those that move the result most. */
  function assumed(DATA, result) {
    const widest = Math.max(1, ...DATA.inputs.map((one) => one.influence));
    const moves = (one) => one.influence > 1e-9 * widest || one.low === null || one.low >= one.high;
    const doubted = Inputs.order.filter((one) => Inputs.DOUBTED.includes(one.provenance) && moves(one) && !one.codes);
    const own = State.changed_inputs(result.state).length;
    const lines = [];
    if (doubted.length) {
      const first = doubted.slice(0, 3).map((one) => one.label).join("; ");
      lines.push(`These numbers rest on ${Elements.count(doubted.length, "input")} that are assumed or unverified, most of all: ${first}.`);
    }
    if (own) lines.push(`${Elements.count(own, "input")} ${own === 1 ? "is" : "are"} changed by the reader of this page.`);
    Elements.fill(Elements.at("assumed"), lines.length ? make("div", { class: "notice" }, lines.map((words) => make("p", {}, words))) : []);
  }

  return { show, numbers };
})();
