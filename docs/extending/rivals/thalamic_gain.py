"""A rival: the thalamus sends more spikes, so mean and variance of the input rise.

Per unit of time, Poisson inputs have a mean and a variance that are proportional to
their rate. Thalamic excitation is a third of all in layer 4 of mouse V1 (Lien &
Scanziani 2013, Nat Neurosci 16:1315), so a third of the background's variance, and of
its brief strong inputs, grows with the rate of the thalamus. The share that all neurons
receive together stays as it is.
"""

from minicolumn.registry import rival

THALAMIC = 1 / 3
MEAN_MV = 6.0  # depolarization by the thalamus at rest; ours


@rival(
    "thalamic_gain",
    low=0.1,
    high=1.0,
    source="range ours. Locomotion raises rates of the dLGN slightly but consistently "
    "(Erisken et al. 2014, Curr Biol 24:2899), or not (Niell & Stryker 2010, "
    "Neuron 65:472)",
)
def thalamic_gain(strength):
    """Raise the rate of thalamic input by this share of that at rest."""
    from minicolumn.circuits.conditions import Condition, in_all_neurons

    more = 1 + THALAMIC * strength
    return Condition(
        depolarization_mV=in_all_neurons(MEAN_MV * strength),
        noise=more**0.5,
        bursts=more,
    )
