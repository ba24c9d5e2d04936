"""A workbook recalculated by another program and compared with the engine, cell by cell."""
