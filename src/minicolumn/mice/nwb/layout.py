"""The directory layout that AllenSDK's ``EcephysProjectCache`` reads.

Source: manifest version 0.3.0, as in AllenSDK 2.16.2.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minicolumn.files.store import whole_file, write_json
from minicolumn.mice.nwb.contents import CHANNELS, PROBES, SortedUnit
from minicolumn.recordings.recording import METRICS

SESSION_TYPE = "functional_connectivity"
BORN = datetime(2019, 1, 1, tzinfo=UTC)
AGE_IN_DAYS = 110.0
SAMPLING_HZ = 30000.0
STRUCTURE_IDS = {"VISp": 385, "CA1": 382, "LGd": 170}
# Metrics that AllenSDK requires and that are not used here: equal for all units.
FILLER_METRICS = dict(
    amplitude=120.0,
    cumulative_drift=100.0,
    d_prime=4.0,
    isolation_distance=50.0,
    max_drift=20.0,
    nn_hit_rate=0.9,
    nn_miss_rate=0.01,
    PT_ratio=0.5,
    recovery_slope=-0.1,
    repolarization_slope=0.5,
    silhouette_score=0.1,
    snr=3.0,
    spread=60.0,
    velocity_above=0.1,
    velocity_below=0.1,
)
_SUFFIX = "_analysis_metrics.csv"
_FILES = (
    ("sessions", "file", "sessions.csv", "BASEDIR"),
    ("probes", "file", "probes.csv", "BASEDIR"),
    ("channels", "file", "channels.csv", "BASEDIR"),
    ("units", "file", "units.csv", "BASEDIR"),
    ("session_data", "dir", "session_%d", "BASEDIR"),
    ("session_nwb", "file", "session_%d.nwb", "session_data"),
    ("session_analysis_metrics", "file", f"session_%d{_SUFFIX}", "session_data"),
    ("probe_lfp_nwb", "file", "probe_%d_lfp.nwb", "session_data"),
    ("movie_dir", "dir", "natural_movie_templates", "BASEDIR"),
    ("typewise_analysis_metrics", "file", f"%s{_SUFFIX}", "BASEDIR"),
    ("natural_movie", "file", "natural_movie_%d.h5", "movie_dir"),
    ("natural_scene_dir", "dir", "natural_scene_templates", "BASEDIR"),
    ("natural_scene", "file", "natural_scene_%d.tiff", "natural_scene_dir"),
)


def probe_id(session_id: int, name: str) -> int:
    """Return the identity of a synthetic session's probe."""
    return session_id * 10 + PROBES.index(name)


def channel_id(session_id: int, index: int) -> int:
    """Return the identity of a synthetic session's channel."""
    return session_id * 1000 + index


def unit_id(session_id: int, index: int) -> int:
    """Return the identity of a synthetic session's unit: neurons, then decoys."""
    return session_id * 10_000 + index


def write_tables(
    directory: Path, recordings: Sequence[tuple[int, Sequence[SortedUnit]]]
) -> None:
    """Write the four tables of a cache, then the manifest that locates all files.

    ``recordings`` are the identity and the units of each synthetic session.
    """
    ids = [session_id for session_id, _ in recordings]
    tables = {
        "sessions": [_session_row(session_id) for session_id in ids],
        "probes": [row for session_id in ids for row in _probe_rows(session_id)],
        "channels": [row for session_id in ids for row in _channel_rows(session_id)],
        "units": [row for recording in recordings for row in _unit_rows(*recording)],
    }
    for name, rows in tables.items():
        _write_csv(directory / f"{name}.csv", rows)
    entries: list[dict[str, str]] = [
        {"type": "manifest_version", "value": "0.3.0"},
        {"key": "BASEDIR", "type": "dir", "spec": "."},
    ]
    entries += [
        {"key": key, "type": kind, "spec": spec, "parent_key": parent}
        for key, kind, spec, parent in _FILES
    ]
    write_json(directory / "manifest.json", {"manifest": entries})


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a table, complete or not at all; None and NaN become empty."""
    with whole_file(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {name: None if value != value else value for name, value in row.items()}
            for row in rows
        )


def _session_row(session_id: int) -> dict[str, Any]:
    return {
        "id": session_id,
        "date_of_acquisition": BORN.isoformat(),
        "isi_experiment_id": session_id,
        "published_at": BORN.isoformat(),
        "specimen_id": session_id,
        "session_type": SESSION_TYPE,
        "age_in_days": AGE_IN_DAYS,
        "sex": "U",
        "genotype": "SYNTHETIC",
        "has_nwb": True,
    }


def _probe_rows(session_id: int) -> list[dict[str, Any]]:
    return [
        {
            "id": probe_id(session_id, name),
            "air_channel_index": 380,
            "ecephys_session_id": session_id,
            "lfp_sampling_rate": 2500.0,
            "lfp_temporal_subsampling_factor": 2.0,
            "name": name,
            "phase": "SYNTHETIC",
            "sampling_rate": SAMPLING_HZ,
            "surface_channel_index": 340,
            "has_lfp_data": False,
        }
        for name in PROBES
    ]


def _channel_rows(session_id: int) -> list[dict[str, Any]]:
    return [
        {
            "id": channel_id(session_id, index),
            "ecephys_probe_id": probe_id(session_id, channel.probe),
            "local_index": index,
            "probe_horizontal_position": 11,
            "probe_vertical_position": 20 * index,
            "anterior_posterior_ccf_coordinate": 8000.0,
            "dorsal_ventral_ccf_coordinate": 1000.0 + 10 * index,
            "left_right_ccf_coordinate": 7000.0,
            "ecephys_structure_id": STRUCTURE_IDS.get(channel.area or ""),
            "ecephys_structure_acronym": channel.area,
        }
        for index, channel in enumerate(CHANNELS)
    ]


def _unit_rows(session_id: int, units: Sequence[SortedUnit]) -> list[dict[str, Any]]:
    return [
        {
            "id": unit_id(session_id, index),
            "ecephys_channel_id": channel_id(session_id, unit.channel),
            "local_index": index,
            "quality": unit.quality,
            "firing_rate": unit.firing_rate_hz,
            "duration": unit.waveform_duration_ms,
            "halfwidth": 0.2,
            "L_ratio": 0.01,
            "epoch_name_quality_metrics": "complete_session",
            "epoch_name_waveform_metrics": "complete_session",
            **{name: getattr(unit, name) for name in METRICS},
            **FILLER_METRICS,
        }
        for index, unit in enumerate(units)
    ]
