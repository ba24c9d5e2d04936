"""Which distribution an input has, its mean and quantiles, and where its random numbers come from."""
