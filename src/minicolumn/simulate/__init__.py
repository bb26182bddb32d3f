"""Integrate batches of circuits: the fast engine, and the Jaxley reference network."""
