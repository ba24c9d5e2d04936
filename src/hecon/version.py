"""The version of hecon, as `pyproject.toml` has it too; the same whether the package is installed or run from its folder."""

VERSION = "0.1.0"
