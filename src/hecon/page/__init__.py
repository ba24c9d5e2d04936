"""The page: the model itself in one HTML file that opens in a browser, without a network."""
