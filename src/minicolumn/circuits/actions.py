"""What acetylcholine does under each mechanism, imported only where one is used."""

from minicolumn.registry import mechanism

for name in ("synaptic", "depolarizing", "combined"):
    mechanism(name, at=f"minicolumn.circuits.acetylcholine:{name}")
