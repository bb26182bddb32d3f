"""What acetylcholine does: from its level to a condition.

Both curves are the Hill fits of the Blue Brain CA1 model (Romani et al. 2024, PLoS Biol
22:e3002861; formulas in the code of its public portal), not those of the S1 study of
Ramaswamy et al. 2018. The release curve at 1 uM, 0.7050728631217412, is the default ACh
effect of the Open Brain Institute's neocortex tools.
"""

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config.circuits import LOWEST_LEVEL, Acetylcholine, Dosed, Release
from minicolumn.errors import ExtensionError
from minicolumn.registry.lookup import entry


def concentration_uM(level: float, ach: Acetylcholine) -> float:
    """Return the concentration of a level; level 0 is no ACh.

    From level 0.1 to 1 its logarithm rises linearly from ``ach.lowest_uM`` to
    ``ach.highest_uM``. A logarithm has no zero, so from 0 to 0.1 the concentration
    itself rises linearly: no effect jumps.
    """
    if level < LOWEST_LEVEL:
        return ach.lowest_uM * level / LOWEST_LEVEL
    risen = (level - LOWEST_LEVEL) / (1 - LOWEST_LEVEL)
    return float(ach.lowest_uM * (ach.highest_uM / ach.lowest_uM) ** risen)


def release_factor(concentration: float, release: Release) -> float:
    """Return the factor on release probability: 1 without ACh, 1/2 at the IC50.

    Examples
    --------
    >>> round(release_factor(1.0, Release(ic50_uM=4.541, hill=0.576)), 6)
    0.705073
    """
    return float(1 / (1 + (concentration / release.ic50_uM) ** release.hill))


def depolarization_mV(concentration: float, ach: Dosed) -> float:
    """Return the depolarization: ``max_mV`` at ``highest_uM``, Hill-shaped below."""
    curve = ach.depolarization
    half = curve.ec50_uM**curve.hill
    powered, highest = (c**curve.hill for c in (concentration, ach.highest_uM))
    return ach.max_mV * (powered / (half + powered) / (highest / (half + highest)))


def synaptic(level: float, ach: Acetylcholine) -> Condition:
    """Return less release of transmitter.

    A connection is a mix of synapses of which a share is depressing (type E2). With
    the target ``depressing`` only that share is scaled.
    """
    factor = release_factor(concentration_uM(level, ach), ach.release)
    share = {"EE": 1.0, "EI": 1.0, "I": float(ach.targets.release == "all")}
    if ach.targets.release == "depressing":
        depressing = ach.depressing_share
        share |= {"EE": depressing.to_excitatory, "EI": depressing.to_inhibitory}
    return Condition(
        release={site: 1 - part * (1 - factor) for site, part in share.items()}
    )


def depolarizing(level: float, ach: Dosed) -> Condition:
    """Return depolarized neurons, of one type or of both."""
    shift = depolarization_mV(concentration_uM(level, ach), ach)
    everywhere = ach.targets.depolarization == "all"
    return Condition(depolarization_mV={"exc": shift, "inh": shift * everywhere})


def combined(level: float, ach: Dosed) -> Condition:
    """Return both together."""
    return synaptic(level, ach).plus(depolarizing(level, ach))


def condition_of(mechanism: Mechanism, level: float, ach: Dosed) -> Condition:
    """Return what a level of ACh does to one circuit under ``mechanism``.

    Raises
    ------
    ExtensionError
        If the mechanism returns no condition, or does something without ACh.
    """
    one = entry("mechanism", mechanism)
    without, condition = one.made(0.0, ach), one.made(level, ach)
    if without != Condition() or not isinstance(condition, Condition):
        raise ExtensionError(
            f"the mechanism {one.name!r} of {one.file} does not return a Condition, or "
            "does something at level 0: it has to return Condition() there, since all "
            "mechanisms share those simulations"
        )
    return condition
