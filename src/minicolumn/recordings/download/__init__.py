"""Download recordings: archives and resumable transfers."""
