"""Recordings: sessions, units, running speed, and epochs.

Only `allen`, `nwb`, and `nwb_objects` import AllenSDK or pynwb; they run in the
AllenSDK environment.
"""
