"""The graph computed tile by tile for every draw at once, and what stops it."""
