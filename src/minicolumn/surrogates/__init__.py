"""Surrogates: circuit parameters and ACh level in, the 11 statistics out."""
