"""The formula language: read, checked, and printed for numpy, for Excel and as text; the Program that every structure becomes."""
