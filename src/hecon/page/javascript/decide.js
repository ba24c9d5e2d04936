/**
 * Decide: what a decision rests on, of totals that the printed model gives; mirrors hecon/analysis/cost_effectiveness.
 *
 * This file makes the global and the totals under a perspective; decide_*.js, loaded after it, add the rest.
 * Arrays of draws are flat: [s * n + d] for strategy s and draw d. A number that is withheld is NaN.
 */
const Decide = (() => {
  "use strict";

  const EFFECT_WORDS = {
    qaly: "QALY", ly: "life-year", ly_undiscounted: "undiscounted life-year", carer_qaly: "carer QALY", count: "unit", none: "unit",
  };

  /**
   * The kinds of items that an effect adds up; none of them for cost alone.
   * @param {string} effect such as "qaly", "qaly + carer_qaly", "none"
   * @returns {string[]}
   */
  function kinds_of(effect) {
    return effect === "none" ? [] : effect.split("+").map((kind) => kind.trim());
  }

  /** The word for one unit of an effect: "QALY", "QALY + carer QALY". */
  function effect_word(effect) {
    return effect.split("+").map((kind) => EFFECT_WORDS[kind.trim()] || kind.trim()).join(" + ");
  }

  /** The word for an amount of an effect: "QALYs", "effect (none)". */
  function effect_words(effect) {
    return effect === "none" ? "effect (none)" : effect.split("+").map((kind) => `${effect_word(kind)}s`).join(" + ");
  }

  /**
   * Positions of the costs that a perspective counts, in the order of the items.
   * @param {object} DATA with items and perspectives
   * @param {string} perspective
   * @returns {number[]}
   */
  function costs_counted(DATA, perspective) {
    const found = DATA.perspectives.find((one) => one.name === perspective);
    if (!found) {
      const known = DATA.perspectives.map((one) => one.name).join(", ");
      throw new Error(`unknown perspective '${perspective}' (known: ${known})`);
    }
    return places(DATA, (item, i) => item.kind === "cost" && found.counts[i]);
  }

  /** Positions of the items of the kinds of an effect, kind by kind: [[..], ..]. */
  function effects_counted(DATA, effect) {
    return kinds_of(effect).map((kind) => places(DATA, (item) => item.kind === kind));
  }

  function places(DATA, chosen) {
    const found = [];
    DATA.items.forEach((item, i) => chosen(item, i) && found.push(i));
    return found;
  }

  /**
   * Items added up for each strategy and draw, in the order of `rows`.
   * @param {Float64Array} totals [(s * items + i) * n + d]
   * @param {number} items how many items there are
   * @param {number} n draws; 1 for the base case
   * @param {number[]} rows positions of items
   * @returns {Float64Array} [s * n + d]
   */
  function added(totals, items, n, rows) {
    const strategies = totals.length / (items * n);
    const found = new Float64Array(strategies * n);
    for (let s = 0; s < strategies; s++) {
      for (const row of rows) {
        const from = (s * items + row) * n;
        const to = s * n;
        for (let d = 0; d < n; d++) found[to + d] += totals[from + d];
      }
    }
    return found;
  }

  /**
   * Discounted cost under a perspective, effect and discounted life-years of every strategy in every draw.
   * @param {object} DATA with items and perspectives
   * @param {Float64Array} totals (S*I*n), [(s * I + i) * n + d]
   * @param {number} n draws
   * @param {string} perspective
   * @param {string} [kind] effect: a kind, or a sum such as "qaly + carer_qaly", or "none"
   * @returns {{n: number, cost: Float64Array, effect: Float64Array, ly: Float64Array}} each (S*n), [s * n + d]
   */
  function psa_totals(DATA, totals, n, perspective, kind = "qaly") {
    const items = DATA.items.length;
    const effect = new Float64Array(totals.length / items);
    for (const rows of effects_counted(DATA, kind)) {
      const one = added(totals, items, n, rows);
      for (let k = 0; k < effect.length; k++) effect[k] += one[k];
    }
    const [lived] = effects_counted(DATA, "ly");
    return {
      n, cost: added(totals, items, n, costs_counted(DATA, perspective)), effect, ly: added(totals, items, n, lived),
    };
  }

  /**
   * The same of one evaluation.
   * @param {Float64Array} totals (S*I), [s * I + i]
   * @returns {{cost: number[], effect: number[], ly: number[]}} each [S]
   */
  function totals(DATA, values, perspective, kind = "qaly") {
    const found = psa_totals(DATA, values, 1, perspective, kind);
    return { cost: [...found.cost], effect: [...found.effect], ly: [...found.ly] };
  }

  return { kinds_of, effect_word, effect_words, costs_counted, added, psa_totals, totals };
})();
