/** Budget: more patients than places. Who came first is treated first; those who wait may die (hecon/analysis/paying/queue.py). */
(() => {
  "use strict";

  /**
   * Patients by month meet `places` a year, a twelfth of them each month; whoever finds none waits.
   * @param {Float64Array} asked by calendar month
   * @param {number} places a year
   * @param {Float64Array|null} alive the part of each month since the start of care that the untreated live; null: nobody dies
   * @returns {{asked, treated, died, waiting, waited}} each a Float64Array by month; `waited` in months, added up
   */
  function queue(asked, places, alive) {
    const months = asked.length, each = places / Budget.MONTHS;
    const [treated, died, waiting, waited] = Array.from({ length: 4 }, () => new Float64Array(months));
    const there = new Float64Array(months); // who still waits, by the month of arrival
    for (let month = 0; month < months; month++) {
      let before = 0;
      for (let arrived = 0; arrived < month; arrived++) {
        const since = month - 1 - arrived;
        if (alive) there[arrived] *= alive[since + 1] / (alive[since] > 0 ? alive[since] : 1);
        before += there[arrived];
      }
      if (month) died[month] = waiting[month - 1] - before;
      there[month] = asked[month];
      let so_far = 0, left_before = 0;
      for (let arrived = 0; arrived <= month; arrived++) {
        so_far += there[arrived];
        const left = Math.max(so_far - each, 0);
        if (arrived < month) waited[month] += so_far - left;
        there[arrived] = left - left_before;
        left_before = left;
      }
      treated[month] = so_far - left_before;
      waiting[month] = left_before;
    }
    return { asked, treated, died, waiting, waited };
  }

  /** Rows by quarter: {quarter, asked, treated, died, waiting (at its end), wait (months per patient treated, or null)}. */
  function quarters(line) {
    const sum = (monthly, q) => monthly.slice(3 * q, 3 * q + 3).reduce((total, one) => total + one, 0);
    return Array.from({ length: line.asked.length / 3 }, (_, q) => {
      const treated = sum(line.treated, q);
      return {
        quarter: q + 1, asked: sum(line.asked, q), treated, died: sum(line.died, q), waiting: line.waiting[3 * q + 2],
        wait: treated > 0 ? sum(line.waited, q) / treated : null,
      };
    });
  }

  Object.assign(Budget, { queue, quarters });
})();
