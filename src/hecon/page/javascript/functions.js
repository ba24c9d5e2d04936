// What the printed model calls beside Math: scalars in, a scalar out; NaN in any argument gives NaN.
// Plain functions without a global object: they are pasted beside the printed model inside one closure.

let truth = 0; // holds a test while `where` looks whether it is a number

/** x ** y; unlike JavaScript's own, NaN ** 0 is NaN and 1 ** Infinity is 1. */
function power(x, y) {
  if (y === 0) return x === x ? 1 : NaN;
  return (x === 1 || x === -1) && (y === Infinity || y === -Infinity) ? 1 : x ** y;
}

/** Comparisons and conditions: 1 or 0, NaN where an argument is NaN. */
function less(a, b) { return a < b ? 1 : a >= b ? 0 : NaN; }
function at_most(a, b) { return a <= b ? 1 : a > b ? 0 : NaN; }
function more(a, b) { return a > b ? 1 : a <= b ? 0 : NaN; }
function at_least(a, b) { return a >= b ? 1 : a < b ? 0 : NaN; }
function same(a, b) { return a === b ? 1 : a !== a || b !== b ? NaN : 0; }
function differs(a, b) { return a === b ? 0 : a !== a || b !== b ? NaN : 1; }
function both(a, b) { return a !== a || b !== b ? NaN : a && b ? 1 : 0; }
function either(a, b) { return a !== a || b !== b ? NaN : a || b ? 1 : 0; }
function opposite(a) { return a === 0 ? 1 : a === a ? 0 : NaN; }

/** x rounded half away from zero to multiples of 1 / scale; a half is one to 15 digits. */
function rounded(x, scale) {
  return Math.sign(x) * Math.floor(Math.abs(x) * scale * (1 + 2 ** -51) + 0.5) / scale;
}

/** 10 to the whole part of `digits`, correctly rounded (Math.pow is not). */
function ten_to(digits) {
  return digits === digits ? Number(`1e${Math.trunc(digits)}`) : NaN;
}

/** (e^y - 1) / y, 1 at y = 0; y above 700 is taken as 700. */
function relative_growth(y) {
  const low = Math.min(y, 700);
  return low === 0 ? 1 : Math.expm1(low) / low;
}

/** log(1 + e^x). */
function log_one_plus_exp(x) {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
