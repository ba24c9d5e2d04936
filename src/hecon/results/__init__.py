"""A case, the Analysis that a run of it gives, and its tables."""
