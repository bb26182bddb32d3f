"""Fetch recordings: archives, resumable transfers."""
