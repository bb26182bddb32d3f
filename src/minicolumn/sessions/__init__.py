"""One session: its described epochs in each state, recorded or simulated."""
