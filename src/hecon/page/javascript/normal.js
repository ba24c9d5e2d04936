// The normal distribution: W. J. Cody (1969), Rational Chebyshev approximations for the error function, Math. Comp. 23:631;
// M. J. Wichura (1988), Algorithm AS 241: the percentage points of the normal distribution, Appl. Statist. 37:477.

const ERF_A = [
  0.185777706184603153, 3.1611237438705656, 113.864154151050156, 377.485237685302021, 3209.37758913846947,
];
const ERF_B = [1, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062];
const ERFC_C = [
  2.15311535474403846e-8, 0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131,
  881.95222124176909, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725,
];
const ERFC_D = [
  1, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
  4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
];
const ERFC_P = [
  1.63153871373020978e-2, 0.305326634961232344, 0.360344899949804439, 0.125781726111229246, 1.60837851487422766e-2,
  6.58749161529837803e-4,
];
const ERFC_Q = [1, 2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 6.05183413124413191e-2, 2.33520497626869185e-3];
const PPF_MIDDLE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
    1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
    687.1870074920579083, 42.313330701600911252, 1],
];
const PPF_NEAR = [
  [7.7454501427834140764e-4, 2.27238449892691845833e-2, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504,
    5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 0.14810397642748007459, 0.68976733498510000455,
    1.6763848301838038494, 2.05319162663775882187, 1],
];
const PPF_FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    1.48753612908506148525e-2, 0.13692988092273580531, 0.59983220655588793769, 1],
];
const ROOT_PI = 1.7724538509055160273;
const ROOT_HALF = 0.70710678118654752440;

/** A polynomial by Horner's rule, the highest power first. */
function _polynomial(row, x) {
  let value = row[0];
  for (let k = 1; k < row.length; k++) value = value * x + row[k];
  return value;
}

/** e^(x x) erfc(x) for x > 0.46875. */
function _scaled_erfc(x) {
  if (x <= 4) return _polynomial(ERFC_C, x) / _polynomial(ERFC_D, x);
  const y = 1 / (x * x);
  return (1 / ROOT_PI - y * _polynomial(ERFC_P, y) / _polynomial(ERFC_Q, y)) / x;
}

/** e^(-x x), the square taken apart so that its rounding does not show. */
function _exp_minus_square(x) {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
}

/** The complementary error function. */
function erfc(x) {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * _polynomial(ERF_A, y * y) / _polynomial(ERF_B, y * y);
  if (y > 27) return x > 0 ? 0 : x === x ? 2 : NaN;
  const tail = _exp_minus_square(y) * _scaled_erfc(y);
  return x > 0 ? tail : 2 - tail;
}

/** P(X <= x) of a standard normal distribution. */
function normal_cdf(x) {
  return 0.5 * erfc(-x * ROOT_HALF);
}

/** The logarithm of `normal_cdf`, finite far beyond where that underflows. */
function log_normal_cdf(x) {
  if (x > -1) return x > 0 ? Math.log1p(-normal_cdf(-x)) : Math.log(normal_cdf(x));
  return x === -Infinity ? x : Math.log(0.5 * _scaled_erfc(-x * ROOT_HALF)) - 0.5 * x * x;
}

/** The p-quantile of a standard normal distribution; NaN outside 0 to 1. */
function normal_ppf(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * _polynomial(PPF_MIDDLE[0], r) / _polynomial(PPF_MIDDLE[1], r);
  }
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const [rows, at] = r <= 5 ? [PPF_NEAR, r - 1.6] : [PPF_FAR, r - 5];
  return Math.sign(q) * _polynomial(rows[0], at) / _polynomial(rows[1], at);
}
