"""Sheets of stored results: values that the engine computed, marked as not live."""
