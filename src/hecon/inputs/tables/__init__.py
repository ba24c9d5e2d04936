"""Rows with addresses: one reader for every CSV file and every workbook of inputs."""
