"""Circuits of excitatory and inhibitory neurons: the first family."""
