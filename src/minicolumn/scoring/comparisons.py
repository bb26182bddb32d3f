"""What all scores together say of each: nulls that share swaps, and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.scoring.evidence import evidence
from minicolumn.scoring.multiplicity import benjamini_hochberg, holm
from minicolumn.scoring.nulls import permutation_p, swap_null
from minicolumn.scoring.panel import Model, Panel, agreement
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Corrected, Nulls

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """p-values of one score among all; ``weighted`` is that of `Magnitude.weighted`."""

    nulls: Nulls
    corrected: Corrected
    weighted: float | None


def compare(
    panel: Panel,
    models: Sequence[Model],
    primary: Sequence[bool],
    resampling: Resampling,
) -> list[Comparison]:
    """Return the p-values of every score, in the order of ``models``.

    ``primary`` says which of them are corrected among themselves.
    """
    shape = len(models), len(panel.session_id)
    agreements = np.reshape([panel.agreement(model) for model in models], shape)
    sizes = np.reshape([np.abs(panel.change[m.statistic]) for m in models], shape)
    shams = np.reshape(
        [agreement(panel.predicted[m], panel.sham[m.statistic]) for m in models], shape
    )
    swapped = swap_null(agreements, resampling)
    weighed = swap_null(agreements * sizes, resampling)
    sham = swap_null(shams, resampling)
    corrected = _corrected(agreements, primary, swapped.p_max)
    return [
        Comparison(
            Nulls(
                swapped=_defined(swapped.p[i]),
                permuted=_permuted(panel, model, resampling),
                sham_n=int((np.abs(shams[i]) > 0).sum()),
                sham_matches=int((shams[i] > 0).sum()),
                sham=_defined(sham.p[i]),
                sham_max_t=_defined(sham.p_max[i]),
            ),
            corrected[i],
            _defined(weighed.p[i]),
        )
        for i, model in enumerate(models)
    ]


def _permuted(panel: Panel, model: Model, resampling: Resampling) -> float | None:
    predicted, observed = panel.predicted[model], panel.change[model.statistic]
    both = np.isfinite(predicted) & np.isfinite(observed)
    signs = directions(predicted[both], NO_CHANGE), directions(observed[both])
    return permutation_p(*signs, resampling)


def _corrected(
    agreements: Floats, primary: Sequence[bool], p_max: Floats
) -> list[Corrected]:
    p = []
    for row in agreements:
        found = evidence(int((row > 0).sum()), int((np.abs(row) > 0).sum()))
        p.append(np.nan if found is None else found.p)
    tested, first = np.isfinite(p), np.asarray(primary, dtype=bool)
    by_holm, by_bh = np.full((2, len(p)), np.nan)
    for which, method, target in (
        (tested & first, holm, by_holm),
        (tested & ~first, benjamini_hochberg, by_bh),
    ):
        target[which] = method(np.asarray(p)[which].tolist())
    return [
        Corrected(*map(_defined, row))
        for row in zip(by_holm, by_bh, p_max, strict=True)
    ]


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
