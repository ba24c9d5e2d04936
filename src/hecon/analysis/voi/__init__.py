"""Value of information: what knowing more would be worth, and whether there are enough draws."""
