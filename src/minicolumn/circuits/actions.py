"""What acetylcholine does under each mechanism, imported only where one is used."""

from minicolumn.registry import mechanism
from minicolumn.registry.lookup import Entry, entry

mechanism("synaptic", at="minicolumn.circuits.acetylcholine:synaptic")
mechanism("depolarizing", at="minicolumn.circuits.acetylcholine:depolarizing")
mechanism("combined", at="minicolumn.circuits.acetylcholine:combined")


def action_named(name: str) -> Entry:
    """Return what is registered under the name of a mechanism."""
    return entry("mechanism", name)
