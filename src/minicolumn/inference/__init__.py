"""What a session says of its circuit and its mechanism."""
