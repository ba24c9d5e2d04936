"""The files `hecon new` writes: a model, its README, its test and its inputs; `$case` stands for the case's name."""
