"""An analysis written for people: the terminal, a folder, an HTML page."""
