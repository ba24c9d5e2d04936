"""What other inputs, prices, scenarios and patients would give."""
