"""What light does in a recorded session: to units that it drives, and to others.

A unit is lit if three things agree: a narrow waveform, an area where light comes, and
spikes within the latency of light itself. One that answers as fast but lacks another of
these is unclear, and no score should count it. What sham does is subtracted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.config.perturbation import RecordedLight
from minicolumn.errors import RecordingError
from minicolumn.recordings.light import Light
from minicolumn.recordings.units import FAST_BELOW_MS, passing

Floats = NDArray[np.float64]
Windows = NDArray[np.float64]
"""Start and stop in s, (W, 2)."""

LIT, UNLIT, UNCLEAR = "lit", "unlit", "unclear"
LONGEST_DARK_S = 60.0
"""Of darkness between two rows; more of it is another part of the session."""


@dataclass(frozen=True, eq=False)
class LitSession:
    """Units of a session, and its light.

    Attributes
    ----------
    units
        Columns of `minicolumn.files.tables.UNITS`.
    light
        When light was on.
    settings
        What counts as lit.
    """

    units: Mapping[str, Sequence[Any]]
    light: Light
    settings: RecordedLight

    def sham(self) -> Windows:
        """Return windows without light, (W, 2).

        Rows of level 0 if there are any, else the middle half of the darkness between
        two rows.

        Raises
        ------
        RecordingError
            If there is none.
        """
        light = self.light
        sham = light.level <= 0
        if sham.any():
            return np.stack([light.start_s[sham], light.stop_s[sham]], axis=1)
        dark_s = light.start_s[1:] - light.stop_s[:-1]
        short = (dark_s > 0) & (dark_s <= LONGEST_DARK_S)
        if not short.any():
            raise RecordingError(
                "the session has no sham: no row of level 0, and no darkness between "
                "rows"
            )
        middle = (light.stop_s[:-1] + light.start_s[1:])[short] / 2
        quarter = dark_s[short] / 4
        return np.stack([middle - quarter, middle + quarter], axis=1)

    def kinds(self) -> list[str]:
        """Return `LIT`, `UNLIT` or `UNCLEAR` of each unit.

        Raises
        ------
        RecordingError
            If an area where light comes has no unit, or too few units are lit.
        """
        settings = self.settings
        areas = np.asarray(self.units["area"])
        if empty := sorted(set(settings.areas) - set(areas.tolist())):
            raise RecordingError(
                f"no unit was recorded in {', '.join(empty)}, where "
                "perturbation.sessions.areas says that light comes; units are in "
                f"{', '.join(sorted(set(areas.tolist()))) or 'no area'}"
            )
        fast = self._driven()
        narrow = np.asarray(self.units["waveform_duration_ms"], float) < FAST_BELOW_MS
        lit = fast & narrow & np.isin(areas, settings.areas)
        if lit.sum() < settings.lit_at_least:
            raise RecordingError(
                f"only {lit.sum()} units are lit, fewer than "
                f"perturbation.sessions.lit_at_least={settings.lit_at_least}: of "
                f"{lit.size} units, {fast.sum()} spike within {settings.latency_ms:g} "
                f"ms of light and {narrow.sum()} have a narrow waveform"
            )
        return np.select([lit, fast], [LIT, UNCLEAR], UNLIT).tolist()

    def _driven(self) -> NDArray[np.bool_]:
        """Return which units spike more than in sham within the latency, (U,).

        By the binomial test of how spikes divide among light and sham.
        """
        on_s = self.light.start_s[self.light.level > 0]
        early = np.stack([on_s, on_s + 1e-3 * self.settings.latency_ms], axis=1)
        sham = self.sham()
        share = _length_s(early) / (_length_s(early) + _length_s(sham))
        lit, dark = (
            np.array([_counts(one, windows).sum() for one in self._trains])
            for windows in (early, sham)
        )
        return stats.binom.sf(lit - 1, lit + dark, share) < self.settings.p_below

    @property
    def _trains(self) -> Sequence[Floats]:
        return [np.asarray(one, float) for one in self.units["spike_times_s"]]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield rows of `OPTOGENETIC_CHANGES` without the session."""
        kinds, sham, light = self.kinds(), self.sham(), self.light
        for stimulus, level in sorted(set(zip(*light[2:], strict=True))):
            if level <= 0:
                continue
            these = (light.stimulus == stimulus) & (light.level == level)
            windows = self._answering(light.start_s[these], light.stop_s[these])
            for at, spikes_s in enumerate(self._trains):
                yield {
                    "unit_id": self.units["unit_id"][at],
                    "area": self.units["area"][at],
                    "lit": kinds[at],
                    "stimulus": str(stimulus),
                    "level": float(level),
                    "n_light": len(windows),
                    "n_sham": len(sham),
                    **_change(_rates(spikes_s, windows), _rates(spikes_s, sham)),
                }

    def _answering(self, start_s: Floats, stop_s: Floats) -> Windows:
        """Return when changes are measured: light, or what follows if it is brief."""
        least_s = 1e-3 * self.settings.shortest_ms
        return np.stack([start_s, np.maximum(stop_s, start_s + least_s)], axis=1)


def lit_session(
    units: Mapping[str, Sequence[Any]],
    light: Light,
    settings: RecordedLight,
    unit_filter: Mapping[str, Any],
) -> LitSession:
    """Return the session of the units that pass limits on quality, in all areas."""
    everywhere = {**unit_filter, "areas": list(units["area"])}
    kept = np.flatnonzero(passing(units, everywhere)).tolist()
    columns = {name: [values[at] for at in kept] for name, values in units.items()}
    return LitSession(columns, light, settings)


def _length_s(windows: Windows) -> float:
    return float((windows[:, 1] - windows[:, 0]).sum())


def _counts(spikes_s: Floats, windows: Windows) -> NDArray[np.int64]:
    edges = np.searchsorted(spikes_s, windows)
    return edges[:, 1] - edges[:, 0]


def _rates(spikes_s: Floats, windows: Windows) -> Floats:
    return _counts(spikes_s, windows) / (windows[:, 1] - windows[:, 0])


def _change(light_hz: Floats, sham_hz: Floats) -> dict[str, float | None]:
    """Return the change of rate, its standard error, and that of two halves.

    Halves of trials, odd and even ones, tell how well it was measured.
    """
    both = light_hz, sham_hz
    found: dict[str, float | None] = {
        "sham_hz": float(sham_hz.mean()),
        "change_hz": float(light_hz.mean() - sham_hz.mean()),
        **dict.fromkeys(("change_se_hz", "half_change_1_hz", "half_change_2_hz")),
    }
    if min(one.size for one in both) > 1:
        squares = sum(one.var(ddof=1) / one.size for one in both)
        found["change_se_hz"] = float(np.sqrt(squares))
        for half in range(2):
            light, sham = (one[half::2].mean() for one in both)
            found[f"half_change_{half + 1}_hz"] = float(light - sham)
    return found
