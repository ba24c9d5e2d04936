"""Outcomes in and out of files, ours and those of other tools."""
