"""Where a number comes from, down to the inputs and their sources."""
