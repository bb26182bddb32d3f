"""Recordings: sessions, units, running speed and epochs.

Only `extract` and `synthetic` import AllenSDK; they run in its own environment.
"""
