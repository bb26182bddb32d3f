"""Recordings: sessions, units, running speed and epochs.

Only `allen`, `nwb` and `nwb_objects` import AllenSDK or pynwb, in an environment of
their own.
"""
