"""What a session says about circuits and mechanisms, learned from simulated mice."""
