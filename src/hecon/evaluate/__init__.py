"""The one evaluator: a model meets its draws and gives Outcomes."""
