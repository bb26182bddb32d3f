"""Score every model on every statistic, and correct for having looked at all of them.

`docs/transfer.md` defines each number, and says how they stand in ``scores.json``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config.analysis import Primary, Transfer
from minicolumn.errors import TransferError
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogate.names import TRAINING_SETS
from minicolumn.transfer.cell import Cell, Corrected, HeldOut, Nulls, Reference
from minicolumn.transfer.directions import (
    NO_CHANGE,
    Score,
    directions,
    score_directions,
)
from minicolumn.transfer.evidence import evidence
from minicolumn.transfer.magnitude import Magnitude, magnitude
from minicolumn.transfer.multiplicity import benjamini_hochberg, holm
from minicolumn.transfer.nulls import permutation_p, swap_null
from minicolumn.transfer.panel import Model, Panel, agreement
from minicolumn.transfer.reliability import undecided
from minicolumn.transfer.resampling import Resampling

Floats = NDArray[np.float64]


def score_transfer(
    panel: Panel,
    held_out: pa.Table,
    settings: Transfer,
    resampling: Resampling,
    in_domain: Mapping[int, bool | None] | None = None,
) -> list[Cell]:
    """Return a score for every model and statistic, in a fixed order.

    Parameters
    ----------
    panel
        Predictions and observations.
    held_out
        Table of the kind `tables.HELD_OUT`: the positive control.
    settings
        Which scores are primary, and what is undecided.
    resampling
        How often to redraw.
    in_domain
        Whether each session lies inside the simulated domain, None where it is not
        known; None altogether if that was not looked at.

    Raises
    ------
    TransferError
        If no model is the declared primary one, or a session lacks a domain.
    """
    models = sorted(panel.predicted, key=_order)
    primary = [is_primary(model, settings.primary) for model in models]
    _refuse_without_primary(primary, settings.primary)
    domain = _domain_masks(panel, in_domain)
    controls = _controls(held_out)
    agreements = _stacked([panel.agreement(model) for model in models], panel)
    sizes = _stacked([np.abs(panel.change[model.statistic]) for model in models], panel)
    shams = _stacked([_sham(panel, model) for model in models], panel)
    swapped = swap_null(agreements, resampling)
    sham = swap_null(shams, resampling)
    weighed = swap_null(agreements * sizes, resampling)
    corrected = _corrected(agreements, primary, swapped.p_max)
    return [
        Cell(
            *model,
            primary=primary[i],
            score=_score(panel, model, resampling),
            subsets={
                name: _score(panel, model, resampling, chosen)
                for name, chosen in {
                    "decided": ~_undecided(panel, model, settings),
                    **domain,
                }.items()
            },
            magnitude=_magnitude(panel, model, weighed.p[i], resampling),
            nulls=Nulls(
                swapped=_defined(swapped.p[i]),
                permuted=_permuted(panel, model, resampling),
                sham_n=int((np.abs(shams[i]) > 0).sum()),
                sham_matches=int((shams[i] > 0).sum()),
                sham=_defined(sham.p[i]),
                sham_max_t=_defined(sham.p_max[i]),
            ),
            corrected=corrected[i],
            references=_references(panel, model),
            held_out=controls.get(model),
        )
        for i, model in enumerate(models)
    ]


def is_primary(model: Model, primary: Primary) -> bool:
    """Return whether a score is declared in advance: no baseline is."""
    return (
        model.architecture == primary.architecture
        and model.statistic in primary.statistics
        and model.training_set != "baseline"
    )


def _refuse_without_primary(primary: Sequence[bool], declared: Primary) -> None:
    if primary and not any(primary):
        raise TransferError(
            f"transfer.primary declares {declared.architecture} on "
            f"{', '.join(declared.statistics)}, but no such model was scored: declare "
            "one of the models, before looking at any score"
        )


def _stacked(rows: Sequence[Floats], panel: Panel) -> Floats:
    return np.reshape(rows, (len(rows), len(panel.session_id)))


def _score(
    panel: Panel,
    model: Model,
    resampling: Resampling,
    chosen: NDArray[np.bool_] | slice = slice(None),
) -> Score:
    predicted, observed = panel.predicted[model], panel.change[model.statistic]
    return score_directions(predicted[chosen], observed[chosen], resampling)


def _undecided(panel: Panel, model: Model, settings: Transfer) -> NDArray[np.bool_]:
    change, se = panel.change[model.statistic], panel.se[model.statistic]
    return undecided(change, se, settings.undecided_below_se)


def _domain_masks(
    panel: Panel, in_domain: Mapping[int, bool | None] | None
) -> dict[str, NDArray[np.bool_]]:
    """Return which sessions lie inside and outside; nothing if not looked at."""
    if in_domain is None:
        return {}
    unknown = [int(s) for s in panel.session_id if int(s) not in in_domain]
    if unknown:
        raise TransferError(
            f"sessions {unknown[:5]} ({len(unknown)} in all) are neither inside nor "
            "outside the simulated domain: give a value for each"
        )
    known = [in_domain[int(session)] for session in panel.session_id]
    return {
        "inside": np.array([one is True for one in known], dtype=bool),
        "outside": np.array([one is False for one in known], dtype=bool),
    }


def _magnitude(
    panel: Panel, model: Model, p_weighted: float, resampling: Resampling
) -> Magnitude:
    found = magnitude(panel.predicted[model], panel.change[model.statistic], resampling)
    return replace(found, weighted=replace(found.weighted, p=_defined(p_weighted)))


def _permuted(panel: Panel, model: Model, resampling: Resampling) -> float | None:
    predicted, observed = panel.predicted[model], panel.change[model.statistic]
    both = np.isfinite(predicted) & np.isfinite(observed)
    signs = directions(predicted[both], NO_CHANGE), directions(observed[both])
    return permutation_p(*signs, resampling)


def _sham(panel: Panel, model: Model) -> Floats:
    return agreement(panel.predicted[model], panel.sham[model.statistic])


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


def _references(panel: Panel, model: Model) -> dict[str, Reference]:
    observed, mine = panel.change[model.statistic], panel.predicted[model]
    found = {}
    for (mechanism, name, statistic), predicted in panel.references.items():
        if (mechanism, statistic) != (model.training_set, model.statistic):
            continue
        both = np.isfinite(predicted + mine + observed)
        right = agreement(predicted[both], observed[both])
        same = agreement(predicted[both], mine[both])
        n, matches = int(both.sum()), float(((1 + right) / 2).sum())
        found[name] = Reference(
            n,
            matches,
            matches / n if n else None,
            int((same > 0).sum()),
            int((same != 0).sum()),
        )
    return found


def _controls(held_out: pa.Table) -> dict[Model, HeldOut]:
    found = {}
    for row in held_out.to_pylist():
        n, n_matches, n_up = row["n"], row["n_matches"], row["n_up"]
        found[Model(row["training_set"], row["architecture"], row["statistic"])] = (
            HeldOut(
                n,
                n_matches,
                n_matches / n if n else None,
                max(n_up, n - n_up) / n if n else None,
            )
        )
    return found


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _order(model: Model) -> tuple[str, int, int]:
    sets = (*TRAINING_SETS, model.training_set)
    return (
        model.architecture,
        sets.index(model.training_set),
        STATISTIC_NAMES.index(model.statistic),
    )
