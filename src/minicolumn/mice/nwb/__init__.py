"""Synthetic mice as NWB sessions; only `write` imports AllenSDK."""
