/** Decide: net benefit at one threshold; acceptability, its frontier, expected loss and perfect information over thresholds. */
(() => {
  "use strict";

  /**
   * Net benefit of every strategy at one threshold, in the order of declaration; strategies tied for the highest are all best.
   * @param {ArrayLike<number>} costs [S], or of draws [s * n + d]
   * @param {ArrayLike<number>} effects the same
   * @param {number} threshold currency per unit of effect
   * @param {{name: string, label: string}[]} strategies
   * @returns {{rows: object[], wtp: number, withheld: boolean}} rows with strategy, label, nmb, nhb (estimates; nhb null at
   *   threshold 0), best
   */
  function net_benefit(costs, effects, threshold, strategies) {
    const n = costs.length / strategies.length;
    const net = Decide.nmb(costs, effects, threshold);
    const best = Decide.tied(Decide.means(net, n), Decide.tie_within(costs, effects, threshold));
    const rows = strategies.map((one, k) => {
      const mine = Decide.of_strategy(net, n, k);
      const health = threshold > 0 ? Decide.estimate(mine.map((value) => value / threshold)) : null;
      return { strategy: one.name, label: one.label, nmb: Decide.estimate(mine), nhb: health, best: best[k] };
    });
    return { rows, wtp: threshold, withheld: rows.some((row) => Number.isNaN(row.nmb.mean)) };
  }

  /**
   * Decision uncertainty over thresholds, with Monte Carlo standard errors.
   * @param {Float64Array} costs of draws [s * n + d], at least 2 draws
   * @param {Float64Array} effects the same
   * @param {number[]} thresholds (wtp,) from 0 up
   * @param {{name: string}[]} strategies
   * @returns {{strategies: string[], wtp: number[], draws: number, ceac: number[][], ceac_se: number[][], elc: number[][],
   *   elc_se: number[][], best: (?number)[], ceaf: number[], evpi: number[], evpi_se: number[], withheld: boolean}} ceac (share of
   *   draws best, ties shared) and elc (expected loss, currency per patient) are [S][wtp]; best (position, null where withheld),
   *   ceaf and evpi are [wtp]
   */
  function acceptability(costs, effects, thresholds, strategies) {
    const count = strategies.length;
    const n = costs.length / count;
    const grid = () => strategies.map(() => new Array(thresholds.length).fill(NaN));
    const line = () => new Array(thresholds.length).fill(NaN);
    const found = {
      strategies: strategies.map((one) => one.name), wtp: [...thresholds], draws: n, ceac: grid(), ceac_se: grid(), elc: grid(),
      elc_se: grid(), best: line().fill(null), ceaf: line(), evpi: line(), evpi_se: line(), withheld: false,
    };
    const of_cost = Decide.tie_within(costs, effects, 0);
    const of_effect = Decide.tie_within(costs, effects, 1) - of_cost;
    found.withheld = Number.isNaN(of_effect);
    if (n < 2 || found.withheld) return found;
    const loss = new Float64Array(costs.length);
    thresholds.forEach((wtp, w) => {
      const within = of_cost + wtp * of_effect;
      const net = Decide.nmb(costs, effects, wtp);
      const best = Decide.shares(net, n, within);
      const most = Decide.highest(net, n);
      for (let k = 0; k < count; k++) {
        for (let d = 0; d < n; d++) loss[k * n + d] = most[d] - net[k * n + d];
        const middle = Decide.mean(loss, k * n, (k + 1) * n);
        let squares = 0;
        for (let d = k * n; d < (k + 1) * n; d++) squares += (loss[d] - middle) * (loss[d] - middle);
        found.ceac[k][w] = best[k];
        found.ceac_se[k][w] = Math.sqrt((best[k] * (1 - best[k])) / n);
        found.elc[k][w] = middle;
        found.elc_se[k][w] = Math.sqrt(squares / (n - 1) / n);
      }
      const elc = found.elc.map((one) => one[w]);
      const first = Decide.tied(elc.map((one) => -one), within).indexOf(true);
      found.best[w] = first;
      found.ceaf[w] = best[first];
      found.evpi[w] = Math.min(...elc);
      found.evpi_se[w] = found.elc_se[first][w];
    });
    return found;
  }

  /**
   * Share of draws in which each strategy has the highest net benefit at one threshold.
   * @returns {number[]} [S]; NaN where a number is withheld
   */
  function probability_best(costs, effects, threshold, strategies) {
    const net = Decide.nmb(costs, effects, threshold);
    const within = Decide.tie_within(costs, effects, threshold);
    return Decide.shares(net, costs.length / strategies.length, within);
  }

  Object.assign(Decide, { net_benefit, acceptability, probability_best });
})();
