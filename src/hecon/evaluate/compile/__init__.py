"""From a Program and its draws to a graph of distinct operations."""
