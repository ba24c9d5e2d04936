"""The layout of every analysis: one table each, for whatever prints it."""
