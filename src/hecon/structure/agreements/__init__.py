"""Agreements per patient: what is paid for a product, when and for whom, lowered to ordinary items of the model."""
