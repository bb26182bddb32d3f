"""Recordings: sessions, units, running speed, and epochs.

Only `allen` imports AllenSDK and runs in its environment; the modules that read and
write labs' NWB files (`nwb`, `nwb_*`, `propose`, `sidecar`) import pynwb.
"""
