"""What a run keeps besides totals: traces, checks, reports, the ledger of money and effects over time."""
