"""Each block of the Program as a page of cells: columns over cycles, trees, tables."""
