"""A rival: inhibition weakens. In circuits without VIP neurons, at all its synapses."""

from minicolumn.registry import rival


@rival(
    "disinhibition",
    low=0.1,
    high=0.5,
    source="range ours. Locomotion activates VIP neurons, which inhibit SST neurons "
    "(Fu et al. 2014, Cell 156:1139); in other conditions all inhibitory types fire "
    "more (Pakan et al. 2016, eLife 5:e14985)",
)
def disinhibition(strength):
    """Lower the release of inhibitory synapses by this share."""
    from minicolumn.circuits.conditions import Condition

    return Condition(release={"I": 1 - strength})
