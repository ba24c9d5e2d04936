"""Verification of an executable workbook that may have been edited, without its model: `hecon verify FILE.xlsx`."""
