"""What circuits, chosen by a session at rest, would do in another condition."""
