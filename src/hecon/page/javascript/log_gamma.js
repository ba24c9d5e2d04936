// The gamma function: Abramowitz, Stegun 1964, 6.1.33 (powers near 1 and 2), 6.1.40 (Stirling's series), 6.1.17 (reflection).

const EULER = 0.57721566490153286061;
const LOG_ROOT_2PI = 0.91893853320467274178;
const STIRLING = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12]; // of 1 / x^13, ..., 1 / x^3, 1 / x
const ZETA_LESS_ONE = [ // zeta(k) - 1 for k = 2, 3, ...
  0.64493406684822644, 0.20205690315959429, 8.2323233711138192e-2, 3.6927755143369926e-2, 1.7343061984449140e-2,
  8.3492773819228268e-3, 4.0773561979443394e-3, 2.0083928260822144e-3, 9.9457512781808534e-4, 4.9418860411946456e-4,
  2.4608655330804830e-4, 1.2271334757848915e-4, 6.1248135058704829e-5, 3.0588236307020493e-5, 1.5282259408651872e-5,
  7.6371976378997623e-6, 3.8172932649998398e-6, 1.9082127165539390e-6, 9.5396203387279611e-7, 4.7693298678780646e-7,
  2.3845050272773300e-7, 1.1921992596531107e-7, 5.9608189051259480e-8, 2.9803503514652280e-8, 1.4901554828365042e-8,
  7.4507117898354295e-9, 3.7253340247884571e-9, 1.8626597235130490e-9,
];
const LOG_SERIES = ZETA_LESS_ONE.map((zeta, k) => zeta / (k + 2) * (k % 2 ? -1 : 1)).reverse();

/** What Stirling's formula for log_gamma leaves, for x >= 10. */
function _stirling_rest(x) {
  return _polynomial(STIRLING, 1 / (x * x)) / x;
}

/** log Gamma(2 + z) for |z| <= 0.5, to the last digits also near z = 0. */
function _log_gamma_two(z) {
  return z * (1 - EULER + z * _polynomial(LOG_SERIES, z));
}

/** log Gamma(1 + z) for -0.5 <= z <= 1.5, to the last digits also near z = 0 and 1. */
function _log_gamma_one(z) {
  return z > 0.5 ? _log_gamma_two(z - 1) : _log_gamma_two(z) - Math.log1p(z);
}

/** log |Gamma(x)|. */
function log_gamma(x) {
  if (x >= 10) return x === Infinity ? x : (x - 0.5) * Math.log(x) - x + LOG_ROOT_2PI + _stirling_rest(x);
  if (x <= 0) return _reflected_log_gamma(x);
  if (x < 0.5) return _log_gamma_one(x) - Math.log(x);
  if (x < 1.5) return _log_gamma_one(x - 1);
  let rest = x;
  let product = 1;
  while (rest > 2.5) product *= --rest;
  return _log_gamma_two(rest - 2) + Math.log(product);
}

/** Gamma(x); infinite at 0, NaN at the negative whole numbers. */
function gamma(x) {
  if (x < 0) return Math.PI / (_sine_pi(x) * gamma(1 - x));
  if (x === 0) return 1 / x;
  if (x > 171.7) return Infinity;
  if (x >= 20) { // the power in two halves, which do not overflow
    const half = x ** (0.5 * x - 0.25);
    return half * Math.exp(LOG_ROOT_2PI - x + _stirling_rest(x)) * half;
  }
  if (x < 0.5) return Math.exp(_log_gamma_one(x)) / x;
  let rest = x;
  let product = 1;
  while (rest > 2.5) product *= --rest;
  return rest < 1.5 ? Math.exp(_log_gamma_two(rest - 1)) / rest : product * Math.exp(_log_gamma_two(rest - 2));
}

function _reflected_log_gamma(x) {
  if (x === Math.floor(x)) return x === -Infinity ? x : Infinity;
  return Math.log(Math.PI / Math.abs(_sine_pi(x))) - log_gamma(1 - x);
}

/** sin(pi x), NaN at the whole numbers. */
function _sine_pi(x) {
  const near = Math.round(x);
  return x === near ? NaN : Math.sin(Math.PI * (x - near)) * (near % 2 ? -1 : 1);
}
