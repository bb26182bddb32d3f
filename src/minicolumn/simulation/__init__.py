"""Simulate batches of circuits: the engine, and the Jaxley reference network."""
