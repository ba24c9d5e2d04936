"""One file per command: its options, one call, what is printed."""
