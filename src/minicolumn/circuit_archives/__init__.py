"""Circuits as JSON in tar.gz archives: written alike everywhere, read with care."""
