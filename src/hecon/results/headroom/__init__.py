"""Headroom rows of a case: what would have to be true of products of which little is known."""
