"""What a workbook shows where an input is withheld."""
