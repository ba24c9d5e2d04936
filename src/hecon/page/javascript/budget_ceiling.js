/** Budget: how little or how late the uptake must be to keep a ceiling in every year (hecon/analysis/paying/ceiling.py). */
(() => {
  "use strict";

  const COARSE = 20, STEPS = 10; // a share of uptake is sought in twentieths, then halved: to 5 in 100,000

  /** Whether a year's net budget is above the ceiling by more than rounding. */
  function over(net, ceiling) {
    return net > ceiling + 1e-9 * Math.max(Math.abs(ceiling), 1);
  }

  function keeps(net, ceiling) {
    return net.every((year) => !over(year, ceiling));
  }

  /** Planned shares [strategy][year] begun `later` years on, and only a `share` of the way from those without (phased). */
  function phased(planned, without, share = 1, later = 0) {
    return planned.map((row, s) => row.map((_, year) => {
      const begun = year < later ? without[s][year] : row[year - later];
      return without[s][year] + share * (begun - without[s][year]);
    }));
  }

  /**
   * The largest share of the planned uptake, up to 1, with which every year keeps the ceiling; null where not even 0 does.
   * @param {(share: number) => Float64Array} net_at the net budget by year at a share
   */
  function largest_share(net_at, ceiling) {
    let low = null;
    for (let k = COARSE; k >= 0 && low === null; k--) if (keeps(net_at(k / COARSE), ceiling)) low = k / COARSE;
    if (low === null || low >= 1) return low;
    let high = low + 1 / COARSE;
    for (let step = 0; step < STEPS; step++) {
      const middle = (low + high) / 2;
      if (keeps(net_at(middle), ceiling)) low = middle;
      else high = middle;
    }
    return low;
  }

  /** By how many whole years the planned uptake must begin later to keep the ceiling; null where no start within the years does. */
  function first_start(net_at, ceiling, years) {
    for (let later = 0; later < years; later++) if (keeps(net_at(later), ceiling)) return later;
    return null;
  }

  Object.assign(Budget, { over, keeps, phased, largest_share, first_start });
})();
