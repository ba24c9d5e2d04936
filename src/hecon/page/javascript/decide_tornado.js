/** Decide: the order of a tornado; one_way.py. */
(() => {
  "use strict";

  /**
   * Rows of a one-way analysis, widest first, then by name; rows that are withheld last.
   * @param {{name: string, outcomes: number[], best?: number[]}[]} values outcomes (point,): net benefit over the input's range,
   *   low first; best (point,): position of the strategy with the highest net benefit
   * @param {number} base net benefit in the base case
   * @param {number} [base_best] position of the best strategy in the base case
   * @returns {object[]} the rows, each with low, high (at the ends of the range), least, most, width, monotone,
   *   changes_decision, withheld
   */
  function one_way(values, base, base_best = null) {
    const rows = values.map((row) => {
      const outcomes = [...row.outcomes];
      const least = Math.min(...outcomes, base);
      const most = Math.max(...outcomes, base);
      const width = most - least;
      const slack = 1e-9 * Math.max(width, Decide.TOLERANCE * Math.abs(base));
      const steps = outcomes.slice(1).map((value, k) => value - outcomes[k]);
      const monotone = steps.every((step) => step >= -slack) || steps.every((step) => step <= slack);
      const changes_decision = (row.best || []).some((one) => one !== base_best);
      const ends = { low: outcomes[0], high: outcomes[outcomes.length - 1] };
      return { ...row, ...ends, least, most, width, monotone, changes_decision, withheld: Number.isNaN(width) };
    });
    const before = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    return rows.sort((a, b) => a.withheld - b.withheld || (a.withheld ? 0 : b.width - a.width) || before(a, b));
  }

  Object.assign(Decide, { one_way });
})();
