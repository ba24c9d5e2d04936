"""An edited workbook read back: what was changed, and the inputs it stands for."""
