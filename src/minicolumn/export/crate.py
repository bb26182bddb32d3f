"""A run as an RO-Crate: one JSON-LD file that says what each of its files is.

Written to the RO-Crate 1.1 specification (w3id.org/ro/crate/1.1).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from minicolumn.export.facts import ORIGINS
from minicolumn.files.origin import MANIFEST, stamp_of
from minicolumn.files.store import write_json
from minicolumn.files.unfinished import finished
from minicolumn.jobs.runs.run import Run
from minicolumn.outcomes import SYNTHETIC

CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CONFORMS_TO = "https://w3id.org/ro/crate/1.1"
# Logs and the journal name users and machines.
LEFT_OUT = ("logs", "benchmarks")
ENCODINGS = {
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".html": "text/html",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".nwb": "application/x-hdf5",
    ".safetensors": "application/octet-stream",
    ".ubj": "application/octet-stream",
}
Entity = dict[str, Any]


def write_crate(directory: Path, run: Run, origins: Iterable[str]) -> Path:
    """Write the metadata of a run into its directory, and return their path.

    Parameters
    ----------
    directory
        Of the run.
    run
        Its journal.
    origins
        Of its sessions: allen, synthetic or other.
    """
    path = directory / CRATE
    write_json(path, crate(directory, run, sorted(set(origins))))
    return path


def crate(directory: Path, run: Run, origins: list[str]) -> Entity:
    """Return the metadata: the root, the run as an action, and every file."""
    files = [_file(directory, path) for path in _contents(directory)]
    parts = [{"@id": file["@id"]} for file in files]
    export = run.plan.config.get("export", {})
    license_ = _license(str(export.get("license", "other")), origins)
    began = datetime.fromtimestamp(run.plan.started, UTC)
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": CONFORMS_TO},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"{export.get('title', 'A run of minicolumn')}: {directory.name}",
            "description": _description(origins),
            "datePublished": f"{began:%Y-%m-%d}",
            "license": {"@id": license_["@id"]},
            "hasPart": parts,
            "mentions": {"@id": "#run"},
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": f"run {directory.name}",
            "instrument": {"@id": "#minicolumn"},
            "startTime": f"{began:%Y-%m-%dT%H:%M:%SZ}",
            "object": [{"@id": one["@id"]} for one in _settings(run.plan.config)],
            "result": parts,
        },
        {
            "@id": "#minicolumn",
            "@type": "SoftwareApplication",
            "name": "minicolumn",
            "softwareVersion": version("minicolumn"),
        },
        license_,
        *_settings(run.plan.config),
        *files,
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _contents(directory: Path) -> Iterable[Path]:
    for path in finished(directory):
        parts = path.relative_to(directory).parts
        is_hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not (
            is_hidden or parts[0] in LEFT_OUT or path == directory / CRATE
        ):
            yield path


def _file(directory: Path, path: Path) -> Entity:
    name = path.relative_to(directory).as_posix()
    entity: Entity = {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "contentSize": str(path.stat().st_size),
    }
    if path.suffix in ENCODINGS:
        entity["encodingFormat"] = ENCODINGS[path.suffix]
    # A model is a directory, and its manifest says what made it.
    made = path.parent if (path.parent / MANIFEST).is_file() else path
    stamp = stamp_of(made)
    if stamp and stamp.origin:
        said = " ".join(filter(None, (stamp.origin.rule, stamp.origin.name)))
        entity["description"] = f"result of {said}"
    return entity


def _description(origins: list[str]) -> str:
    whose = " and ".join(ORIGINS[origin] for origin in origins)
    return (
        "Cortical microcircuits simulated under mechanisms of acetylcholine, "
        "surrogates of the simulator, and what they say about recordings "
        f"{whose or '(none yet)'}."
    )


def _license(identifier: str, origins: list[str]) -> Entity:
    """Return the license as an entity; recordings of others have their own terms."""
    has_others = bool(set(origins) - {SYNTHETIC})
    others = " Recordings have the terms of those who made them." * has_others
    return {
        "@id": "#license",
        "@type": "CreativeWork",
        "name": "other" if has_others else identifier,
        "description": f"Simulated data: {identifier}.{others}",
    }


def _settings(config: Mapping[str, Any]) -> list[Entity]:
    """Return what names the run among others; each file names all of its settings."""
    return [
        {
            "@id": f"#setting-{name}",
            "@type": "PropertyValue",
            "name": name,
            "value": config[name],
        }
        for name in ("run", "seed")
        if name in config
    ]
