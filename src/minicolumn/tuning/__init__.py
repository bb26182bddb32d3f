"""Circuits that are fitted to a session at rest by gradients."""
