"""What acetylcholine does, as a function of its level.

Both curves are the Hill fits of the Blue Brain CA1 model (Romani et al. 2024, PLoS Biol
22:e3002861; formulas in the code of its public portal). The release curve at 1 uM,
0.7050728631217412, is the default ACh effect of the Open Brain Institute's neocortex
tools. They are not the equations of the S1 study of Ramaswamy et al. 2018.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minicolumn.circuits.actions import action_named
from minicolumn.circuits.ei.kinds import Kind, Site
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config.physics import Acetylcholine, Depolarization, Release
from minicolumn.errors import ExtensionError
from minicolumn.registry.lookup import Entry


def concentration_uM(level: float, ach: Acetylcholine) -> float:
    """Return the concentration that a level stands for.

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


@dataclass(frozen=True)
class AchEffect:
    """The effect of each of L levels under one mechanism.

    Attributes
    ----------
    level
        The levels, (L,).
    release
        Factor on utilization ``U`` by release site, (L,) each.
        For static synapses it acts on their conductance, which is exact for sparse
        firing only: at high rates, recovery from depression limits release.
    depolarization_mV
        Shift of the mean background current, as the depolarization it would cause
        across the leak, by neuron type, (L,) each.
    """

    level: NDArray[np.float64]
    release: dict[Site, NDArray[np.float64]]
    depolarization_mV: dict[Kind, NDArray[np.float64]]


def effect_of(
    mechanism: Mechanism, levels: tuple[float, ...], ach: Acetylcholine
) -> AchEffect:
    """Return what each level does under ``mechanism``.

    Raises
    ------
    ExtensionError
        If a mechanism does something without ACh.
    """
    return _checked(action_named(mechanism), levels, ach)


def synaptic(levels: tuple[float, ...], ach: Acetylcholine) -> AchEffect:
    """Lower release. With the target ``depressing``, of that share of synapses only."""
    return _acting(levels, ach, factors=_release_factors(levels, ach))


def depolarizing(levels: tuple[float, ...], ach: Acetylcholine) -> AchEffect:
    """Depolarize neurons."""
    return _acting(levels, ach, shifts_mV=_depolarizations_mV(levels, ach))


def combined(levels: tuple[float, ...], ach: Acetylcholine) -> AchEffect:
    """Lower release and depolarize neurons."""
    factors = _release_factors(levels, ach)
    return _acting(levels, ach, factors, _depolarizations_mV(levels, ach))


def _release_factors(levels: tuple[float, ...], ach: Acetylcholine) -> ArrayLike:
    return [release_factor(concentration_uM(one, ach), ach.release) for one in levels]


def _depolarizations_mV(levels: tuple[float, ...], ach: Acetylcholine) -> ArrayLike:
    return [depolarization_mV(concentration_uM(one, ach), ach) for one in levels]


def _acting(
    levels: tuple[float, ...],
    ach: Acetylcholine,
    factors: ArrayLike = 1.0,
    shifts_mV: ArrayLike = 0.0,
) -> AchEffect:
    """Return the effect of factors on release and of depolarizations on the targets."""
    factors, shifts = (
        np.broadcast_to(np.asarray(one, dtype=float), len(levels))
        for one in (factors, shifts_mV)
    )
    share = _suppressed_share(ach)
    inhibitory = float(ach.targets.depolarization == "all")
    return AchEffect(
        level=np.array(levels),
        release={name: 1 - part * (1 - factors) for name, part in share.items()},
        depolarization_mV={"exc": shifts.copy(), "inh": inhibitory * shifts},
    )


def _checked(one: Entry, levels: tuple[float, ...], ach: Acetylcholine) -> AchEffect:
    """Return what a mechanism says; without ACh all mechanisms are the same."""
    effect = one.made(levels, ach)
    without = np.array(levels) == 0
    parts = [*((a, 1) for a in effect.release.values()),
             *((a, 0) for a in effect.depolarization_mV.values())]  # fmt: skip
    if any(a.shape != without.shape or (a[without] != rest).any() for a, rest in parts):
        raise ExtensionError(
            f"the mechanism {one.name!r} of {one.file} does not return one value per "
            "level, or does something at level 0: release has to be 1 there, and "
            "depolarization_mV 0, since all mechanisms share those simulations"
        )
    return effect


def _suppressed_share(ach: Acetylcholine) -> dict[Site, float]:
    if ach.targets.release == "depressing":
        share = ach.depressing_share
        return {"EE": share.to_excitatory, "EI": share.to_inhibitory, "I": 0.0}
    return {"EE": 1.0, "EI": 1.0, "I": float(ach.targets.release == "all")}
