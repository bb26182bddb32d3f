"""The types of neuron, and the kinds of release site between them."""

from typing import Literal

Kind = Literal["exc", "inh"]
Site = Literal["EE", "EI", "I"]  # from E to E, from E to I, from I to all
