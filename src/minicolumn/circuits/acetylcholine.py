"""What acetylcholine does: from its level to a condition.

Both curves are the Hill fits of the Blue Brain CA1 model (Romani et al. 2024, PLoS Biol
22:e3002861; formulas in the code of its public portal). The release curve at 1 uM,
0.7050728631217412, is the default ACh effect of the Open Brain Institute's neocortex
tools. They are not the equations of the S1 study of Ramaswamy et al. 2018.
"""

import numpy as np

from minicolumn.circuits.actions import action_named
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config.circuits import Acetylcholine, Depolarization, Release
from minicolumn.errors import ExtensionError


def concentration_uM(level: float, ach: Acetylcholine) -> float:
    """Return the concentration of a level.

    Level 0 is no ACh; from level 0.1 to 1 the logarithm of the concentration rises
    linearly from ``ach.lowest_uM`` to ``ach.highest_uM``. A logarithmic axis has no
    zero, so the first step is larger than the others. Levels between 0 and 0.1 lie on
    the same line, below ``ach.lowest_uM``.
    """
    if level == 0:
        return 0.0
    decades = np.log10(ach.highest_uM / ach.lowest_uM)
    return float(ach.lowest_uM * 10 ** (decades * (level - 0.1) / 0.9))


def release_factor(concentration: float, release: Release) -> float:
    """Return the factor on release probability: 1 without ACh, 1/2 at the IC50.

    Examples
    --------
    >>> round(release_factor(1.0, Release(ic50_uM=4.541, hill=0.576)), 6)
    0.705073
    """
    return float(1 / (1 + (concentration / release.ic50_uM) ** release.hill))


def depolarization_mV(concentration: float, ach: Acetylcholine) -> float:
    """Return the depolarization: ``max_mV`` at ``highest_uM``, Hill-shaped below."""
    curve = ach.depolarization
    share = _hill(concentration, curve) / _hill(ach.highest_uM, curve)
    return curve.max_mV * share


def _hill(concentration: float, curve: Depolarization) -> float:
    powered = concentration**curve.hill
    return powered / (curve.ec50_uM**curve.hill + powered)


def synaptic(level: float, ach: Acetylcholine) -> Condition:
    """Return less release of transmitter.

    A connection is a mix of synapses of which a share is depressing (type E2). With
    the target ``depressing`` only that share is scaled.
    """
    factor = release_factor(concentration_uM(level, ach), ach.release)
    share = _suppressed_share(ach)
    return Condition(
        release={site: 1 - part * (1 - factor) for site, part in share.items()}
    )


def depolarizing(level: float, ach: Acetylcholine) -> Condition:
    """Return depolarized neurons, of one type or of both."""
    shift = depolarization_mV(concentration_uM(level, ach), ach)
    everywhere = ach.targets.depolarization == "all"
    return Condition(depolarization_mV={"exc": shift, "inh": shift * everywhere})


def combined(level: float, ach: Acetylcholine) -> Condition:
    """Return both together."""
    return synaptic(level, ach).plus(depolarizing(level, ach))


def condition_of(mechanism: Mechanism, level: float, ach: Acetylcholine) -> Condition:
    """Return what a level of ACh does under ``mechanism``.

    Raises
    ------
    ExtensionError
        If the mechanism returns no condition, or does something without ACh.
    """
    one = action_named(mechanism)
    without, condition = one.made(0.0, ach), one.made(level, ach)
    if without != Condition() or not isinstance(condition, Condition):
        raise ExtensionError(
            f"the mechanism {one.name!r} of {one.file} does not return a Condition, or "
            "does something at level 0: it has to return Condition() there, since all "
            "mechanisms share those simulations"
        )
    return condition


def _suppressed_share(ach: Acetylcholine) -> dict[str, float]:
    if ach.targets.release == "depressing":
        share = ach.depressing_share
        return {"EE": share.to_excitatory, "EI": share.to_inhibitory, "I": 0.0}
    return {"EE": 1.0, "EI": 1.0, "I": float(ach.targets.release == "all")}
