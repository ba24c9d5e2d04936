"""The executable workbook: the model as live Excel formulas, and everything a reviewer works with around it."""
