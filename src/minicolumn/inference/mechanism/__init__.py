"""Which mechanism explains how a session changes."""
