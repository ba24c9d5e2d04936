"""Survival curves from data: individual times, published figures, landmark survival; fitted, compared, reconstructed."""
