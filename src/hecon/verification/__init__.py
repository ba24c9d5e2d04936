"""Black-box tests of any model, each a change of inputs or model with an expected result: `hecon verify`."""
