// Quantiles of the gamma distribution of rate 1.

/** The p-quantile of a gamma distribution of this shape; NaN for p outside 0 to 1 or a shape that is not positive. */
function gamma_ppf(p, a) {
  if (!(p >= 0 && p <= 1 && a > 0 && a < Infinity)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? 0 : Infinity;
  const side = p < 0.5 ? -1 : 1; // the smaller side, whose logarithm is solved for by Newton's steps in log x
  const goal = side < 0 ? Math.log(p) : Math.log1p(-p);
  let log_x = _first_log_quantile(p, a);
  let low = -Infinity;
  let high = Infinity;
  for (let k = 0; k < 100; k++) {
    const x = Math.exp(log_x);
    if (x === 0) return _tiny_quantile(p, a);
    const miss = (log_gamma_side(x, a, side) - goal) * side; // positive: x is too small
    if (miss === 0) return x;
    if (miss > 0) low = log_x;
    else high = log_x;
    let next = log_x + miss / (x * gamma_side_hazard(x, a, side));
    if (!(next > low && next < high)) next = low === -Infinity ? high - 1 : high === Infinity ? low + 1 : (low + high) / 2;
    if (Math.abs(next - log_x) <= 1e-16 * Math.max(1, Math.abs(log_x))) return Math.exp(next);
    log_x = next;
  }
  return Math.exp(log_x);
}

/** Where x is so small that the lower ratio is x^a / Gamma(a + 1). */
function _tiny_quantile(p, a) {
  return Math.exp((Math.log(p) + (a < 1.5 ? _log_gamma_one(a) : log_gamma(a + 1))) / a);
}

/** A first guess of the logarithm of a quantile: the leading power, or Wilson and Hilferty's cube (1931). */
function _first_log_quantile(p, a) {
  const lower = (Math.log(p) + log_gamma(a + 1)) / a;
  if (a < 0.5 || lower < Math.log(0.1 * a)) return Math.min(lower, 6);
  const root = 1 - 1 / (9 * a) + normal_ppf(p) / (3 * Math.sqrt(a));
  return root > 0.05 ? Math.log(a) + 3 * Math.log(root) : lower;
}
