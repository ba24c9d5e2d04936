"""The book of a case: parameters, tables, sources, scenarios; read, checked together, sampled into draws."""
