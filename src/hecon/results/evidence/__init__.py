"""What was published beside what the models give: read, run, compared."""
