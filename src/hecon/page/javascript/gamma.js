// The gamma distribution of rate 1: a power series below the shape, Legendre's continued fraction above it (Abramowitz,
// Stegun 1964, 6.5.29 and 6.5.31), W. Gautschi (1979), ACM Trans. Math. Softw. 5:466 for small shapes. The density is taken
// by phi(x) = x - log(1 + x), so that large shapes keep their digits (N. M. Temme 1994, Probab. Engrg. Inform. Sci. 8:291).

const MOST_TERMS = 1e6; // enough for shapes up to 1e10; NaN where it is not

/** y - log(1 + y), to the last digits also near y = 0. */
function _less_log_one_plus(y) {
  if (y < -0.4 || y > 0.6) return y - Math.log1p(y);
  const r = y / (2 + y); // log(1 + y) = 2 (r + r^3 / 3 + r^5 / 5 + ...), and y - 2 r = r y
  const squared = r * r;
  let term = 2 * r * squared;
  let rest = 0;
  for (let k = 3; k < 60; k += 2) {
    const next = rest + term / k;
    if (next === rest) break;
    rest = next;
    term *= squared;
  }
  return r * y - rest;
}

/** The logarithm of x^a e^-x / Gamma(a + 1), for x > 0. */
function _log_power(x, a) {
  if (a < 10) return a * Math.log(x) - x - (a < 1.5 ? _log_gamma_one(a) : log_gamma(a + 1));
  const y = (x - a) / a;
  const phi = y < -0.9 ? y - Math.log(x / a) : _less_log_one_plus(y);
  return -a * phi - 0.5 * Math.log(a) - LOG_ROOT_2PI - _stirling_rest(a);
}

/** 1 + x / (a + 1) + x^2 / (a + 1)(a + 2) + ...: the lower ratio over x^a e^-x / Gamma(a + 1). */
function _lower_series(x, a) {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < MOST_TERMS; k++) {
    term *= x / (a + k);
    sum += term;
    if (term < 1e-17 * sum) return sum;
  }
  return NaN;
}

/** 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)): the upper ratio over x^a e^-x / Gamma(a), by Lentz's method. */
function _upper_fraction(x, a) {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const top = k * (a - k);
    b += 2;
    d = 1 / (top * d + b);
    c = b + top / c;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 3e-16) return value;
  }
  return NaN;
}

/** The upper ratio of a shape up to 1 at x below 1.5 (Gautschi 1979). */
function _upper_of_small(x, a) {
  const log_power = a * Math.log(x) - _log_gamma_one(a);
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 60; k++) {
    term *= -x / k;
    const next = sum + term / (a + k);
    if (next === sum) break;
    sum = next;
  }
  return -Math.expm1(log_power) - a * Math.exp(log_power) * sum;
}

/** The lower ratio where it is known without a sum, -1 where it is not; NaN where an argument is out of its range. */
function _lower_at_the_edge(x, a) {
  if (!(x >= 0 && a >= 0) || (x === 0 && a === 0) || (x === Infinity && a === Infinity)) return NaN;
  return x === 0 || a === Infinity ? 0 : x === Infinity || a === 0 ? 1 : -1;
}

/** P(X <= x). */
function gamma_cdf(x, a) {
  const edge = _lower_at_the_edge(x, a);
  if (edge !== -1) return edge;
  if (x < a + 1 || (a < 1 && x < 1.5)) return Math.exp(_log_power(x, a)) * _lower_series(x, a);
  return 1 - a * Math.exp(_log_power(x, a)) * _upper_fraction(x, a);
}

/** P(X > x). */
function gamma_sf(x, a) {
  const edge = _lower_at_the_edge(x, a);
  if (edge !== -1) return 1 - edge;
  if (a <= 1 && x < 1.5) return _upper_of_small(x, a);
  if (x < a + 1) return 1 - Math.exp(_log_power(x, a)) * _lower_series(x, a);
  return a * Math.exp(_log_power(x, a)) * _upper_fraction(x, a);
}

/** P(X > x) where side > 0, P(X <= x) elsewhere. */
function gamma_side(x, a, side) {
  return side > 0 ? gamma_sf(x, a) : side === side ? gamma_cdf(x, a) : NaN;
}

/** The logarithm of `gamma_side`, finite far beyond where that underflows. */
function log_gamma_side(x, a, side) {
  if (side !== side) return NaN;
  const edge = _lower_at_the_edge(x, a);
  if (edge !== -1) return Math.log(side > 0 ? 1 - edge : edge);
  const upper = x >= a + 1 && !(a <= 1 && x < 1.5);
  if (side > 0) {
    if (upper) return Math.log(a) + _log_power(x, a) + Math.log(_upper_fraction(x, a));
    const lower = gamma_cdf(x, a);
    return lower < 0.5 ? Math.log1p(-lower) : Math.log(gamma_sf(x, a));
  }
  return upper ? Math.log1p(-gamma_sf(x, a)) : _log_power(x, a) + Math.log(_lower_series(x, a));
}

/** The density at x over `gamma_side`. */
function gamma_side_hazard(x, a, side) {
  const edge = side === side ? _lower_at_the_edge(x, a) : NaN;
  if (edge !== -1) return x === 0 ? Math.exp((a - 1) * Math.log(x) - log_gamma(a)) : NaN;
  const upper = x >= a + 1 && !(a <= 1 && x < 1.5);
  if (side > 0) return upper ? 1 / (x * _upper_fraction(x, a)) : a * Math.exp(_log_power(x, a) - Math.log(x)) / gamma_sf(x, a);
  return upper ? a * Math.exp(_log_power(x, a) - Math.log(x)) / gamma_cdf(x, a) : a / (x * _lower_series(x, a));
}
