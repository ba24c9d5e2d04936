"""The page of the atlas: every comparison of the project in one HTML file, with controls for money, perspective and lost work."""
