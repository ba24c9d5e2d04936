"""Parts that models share: side effects, lost work, care, consumption, manufacturing; they make items and formulas of a let."""
