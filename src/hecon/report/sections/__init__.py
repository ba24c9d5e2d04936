"""The sections of a report, whatever prints them: paragraphs, lists, tables and pictures, in order."""
