"""Which strategy is best, how sure that is (acceptability, the CEAC), and where the difference comes from."""
