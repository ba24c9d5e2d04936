// Functions of survival curves; SCORE_A to SCORE_D and NEAR_ZERO are printed from hecon/formula/special.py.

/** e^x times the exponential integral E1(x), for x > 0 (Abramowitz, Stegun 1964, 5.1.11 and 5.1.22); NaN for x < 0. */
function exp_e1(x) {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  if (x === Infinity) return 0;
  if (x > 1.5) return _upper_fraction(x, 0);
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 60; k++) {
    term *= -x / k;
    const next = sum + term / k;
    if (next === sum) break;
    sum = next;
  }
  return Math.exp(x) * (-EULER - Math.log(x) - sum);
}

const SCORE_EDGE = 1; // of Q w, beyond which the score goes on as a straight line: survival is 0 or 1 there to 80 digits
const _falling = row => row.slice().reverse();
const _slope_of = row => row.map((value, k) => k * value).slice(1);
const SCORE_VALUES = [SCORE_A, SCORE_B, SCORE_C, SCORE_D].map(_falling);
const SCORE_SLOPES = [SCORE_A, SCORE_B, SCORE_C, SCORE_D].map(_slope_of).map(_falling);

function _by_powers(rows, w, q, y) {
  const cubed = q * q * q;
  return w * _polynomial(rows[0], y) + q * _polynomial(rows[1], y) + cubed * _polynomial(rows[2], y)
    + cubed * q * q * _polynomial(rows[3], y);
}

/** The normal score n(w) with Phi(-n) the survival of Prentice's w at Q = q, for |q| < NEAR_ZERO; 0 for other q. */
function prentice_score(w, q) {
  if (Math.abs(q) >= NEAR_ZERO) return 0;
  return _by_powers(SCORE_VALUES, w, q, Math.min(Math.max(q * w, -SCORE_EDGE), SCORE_EDGE));
}

/** The slope of `prentice_score` by w, for |q| < NEAR_ZERO; 0 for other q. */
function prentice_slope(w, q) {
  if (Math.abs(q) >= NEAR_ZERO) return 0;
  const y = Math.min(Math.max(q * w, -SCORE_EDGE), SCORE_EDGE);
  const value = _polynomial(SCORE_VALUES[0], y);
  return Math.abs(q * w) < SCORE_EDGE ? value + q * _by_powers(SCORE_SLOPES, w, q, y) : value;
}
