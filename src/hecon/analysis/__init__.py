"""What is made of Outcomes, by pure functions, whichever engine or tool they come from."""
