"""Whether therapies pay back: each comparison of the project by cause, over time and in draws, for one page."""
