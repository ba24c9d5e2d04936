"""A page's engine run on many sets of inputs and compared with Python's, number by number."""
