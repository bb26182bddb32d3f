"""A rival: muscarinic receptors close M channels, and no synapse changes."""

from minicolumn.registry import rival


@rival(
    "m_current_block",
    low=0.2,
    high=0.9,
    source="range ours: no measurement in running mice was found. Muscarine, 20-30 uM, "
    "suppresses the M current of cortical neurons: Constanti & Sim 1987, "
    "Br J Pharmacol 90:3 (guinea pig); Halliwell 1986, Neurosci Lett 67:1 (human)",
)
def m_current_block(strength):
    """Close a share of the M conductance."""
    from minicolumn.circuits.conditions import Condition

    return Condition(m_conductance=1 - strength)
