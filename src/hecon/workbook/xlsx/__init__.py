"""The file itself: the pen that writes cells, styles, and an .xlsx package read and changed in place."""
