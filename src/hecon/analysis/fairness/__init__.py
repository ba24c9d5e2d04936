"""Who gains: health gained and given up by group, and what inequality makes of it, on every draw."""
