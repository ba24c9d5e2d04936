"""Paying for populations: agreements, budgets, patients, volumes; pure functions over arrays, whatever model they come from."""
