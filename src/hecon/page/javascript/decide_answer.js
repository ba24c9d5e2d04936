/** Decide: the answer in words, the same as the Decision sheet and the report's "answer in brief" print. */
(() => {
  "use strict";

  const NO_ANSWER = "No answer: a number is withheld, missing or not valid; the status line says more";
  const EQUAL = "equal effect";
  const NOT_KNOWN = "the PSA is out of date";

  /** A currency's code before an amount; other words are left out. */
  function currency_words(currency) {
    return /^[A-Z]{3}$/.test(currency || "") ? `${currency} ` : "";
  }

  /** Decimals of an amount of effect: three, more where it is small, one from 100 up. */
  function decimals(value) {
    const size = Math.abs(value);
    if (size >= 100) return 1;
    return size >= 0.0095 || size < 1e-9 ? 3 : 1 - Decide.magnitude(size * 1.005);
  }

  /**
   * The ratio of a comparison, null for none, and the words that stand beside it.
   * @returns {{value: ?number, words: string}}
   */
  function ratio_words(inc_cost, inc_effect, scale, word = "QALY") {
    const { value, status } = Decide.icer(inc_cost, inc_effect, word, scale);
    const words = { SE: "dominant", NW: "dominated", NE: `per ${word} gained`, SW: `saved per ${word} lost` };
    return { value, words: words[status] || status };
  }

  /**
   * The sentence of the Decision sheet.
   * @param {{reference: string, strategy: string, inc_cost: number, inc_effect: number, icer: ?number, status: string, inmb: number,
   *   share: ?number, wtp: number, per: string, gained: string, currency: string, stale?: boolean}} one labels, increments, the
   *   ratio with its words, net benefit, share of draws best (null without a PSA), words for one unit and an amount of effect
   * @returns {string}
   */
  function answer_text(one) {
    if (![one.inc_cost, one.inc_effect, one.inmb].every(Number.isFinite)) return NO_ANSWER;
    const unit = currency_words(one.currency);
    const amount = Decide.money(Math.abs(one.inc_cost));
    const cost = Decide.money(one.inc_cost) === "0"
      ? "costs the same" : `costs ${unit}${amount} ${one.inc_cost > 0 ? "more" : "less"}`;
    const size = Decide.fixed(Math.abs(one.inc_effect), decimals(one.inc_effect));
    const effect = one.status === EQUAL
      ? `has the same ${one.gained}` : `${one.inc_effect > 0 ? "gains" : "loses"} ${size} ${one.gained}`;
    const ratio = one.icer === null ? one.status : `${unit}${Decide.money(one.icer)} ${one.status}`;
    const good = Number(Decide.fixed(one.inmb, 6).replace(/,/g, "")) >= 0;
    const known = one.share === null || one.share === undefined
      ? "" : ` (${Decide.share(one.share)} likely${good ? "" : " to be"})`;
    const likely = one.stale ? ` (${NOT_KNOWN})` : known;
    const verdict = `${good ? "" : "not "}cost-effective at ${unit}${Decide.money(one.wtp)} per ${one.per}${likely}`;
    return `Against ${one.reference}, ${one.strategy} ${cost} and ${effect}: ${ratio}; ${verdict}.`;
  }

  /** Which of several strategies has the highest net benefit; `share` is null without a PSA. */
  function best_text(count, label, share, wtp, per, currency = "", stale = false) {
    const known = share === null ? "" : `; it is the best in ${Decide.share(share)} of draws`;
    const draws = stale ? `; ${NOT_KNOWN}` : known;
    const at = `${currency_words(currency)}${Decide.money(wtp)} per ${per}`;
    return `Of all ${count} strategies, ${label} has the highest net benefit at ${at}${draws}.`;
  }

  /**
   * The answer of a result: which strategy is compared, its numbers, and the sentences.
   * @param {object} result strategies, reference, currency, threshold, base {cost, effect}, psa (null, or {n, cost, effect}), stale
   * @param {string} [kind] effect
   * @returns {object} k (position of the strategy compared: the other one, or of several the one of highest net benefit), inc_cost,
   *   inc_effect, icer, status, inmb, shares ([S] or null), best (position), sentence, best_sentence ("" for two strategies)
   */
  function answer(result, kind = "qaly") {
    const { strategies, reference, threshold, base, psa, stale = false } = result;
    const [per, gained] = [Decide.effect_word(kind), Decide.effect_words(kind)];
    if (strategies.length < 2) {
      return { k: reference, sentence: "One strategy: there is nothing to compare.", best_sentence: "", shares: null, best: reference };
    }
    const benefit = Decide.nmb(base.cost, base.effect, threshold);
    const k = featured(benefit, reference);
    const inc_cost = base.cost[k] - base.cost[reference];
    const inc_effect = base.effect[k] - base.effect[reference];
    const scale = Decide.largest([base.effect[k], base.effect[reference]]);
    const { value, words } = ratio_words(inc_cost, inc_effect, scale, per);
    const inmb = threshold * inc_effect - inc_cost;
    const shares = psa ? Decide.probability_best(psa.cost, psa.effect, threshold, strategies) : null;
    const two = strategies.length === 2;
    const sentence = answer_text({
      reference: strategies[reference].label, strategy: strategies[k].label, inc_cost, inc_effect, icer: value, status: words, inmb,
      share: shares && two ? shares[k] : null, wtp: threshold, per, gained, currency: result.currency,
      stale: Boolean(stale && psa && two),
    });
    const best = Decide.tied(benefit, Decide.tie_within(base.cost, base.effect, threshold)).indexOf(true);
    const share = shares && best >= 0 ? shares[best] : null;
    const told = best < 0
      ? NO_ANSWER
      : best_text(strategies.length, strategies[best].label, share, threshold, per, result.currency, Boolean(stale && psa));
    return { k, inc_cost, inc_effect, icer: value, status: words, inmb, shares, best, sentence, best_sentence: two ? "" : told };
  }

  /** Of the others, the first with the highest net benefit over the reference. */
  function featured(benefit, reference) {
    let found = -1;
    benefit.forEach((value, k) => {
      if (k === reference) return;
      if (found < 0 || value - benefit[reference] > benefit[found] - benefit[reference]) found = k;
    });
    return found;
  }

  Object.assign(Decide, { NO_ANSWER, currency_words, ratio_words, answer_text, best_text, answer });
})();
