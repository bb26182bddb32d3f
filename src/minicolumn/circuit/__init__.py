"""What a circuit is: prior, wiring, neurons, synapses, and what ACh does to them."""
