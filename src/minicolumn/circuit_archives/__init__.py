"""Circuits as JSON in tar.gz archives: reproducible to write, safe to read."""
