"""What a session says of its circuit and mechanism, learned from simulated mice."""
