"""What the tests of released and golden sessions share."""

import lzma
from pathlib import Path

from allen_environment import ROOT, extract_recording

from minicolumn.files.store import read_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.catalog import session_nwb
from minicolumn.recordings.readers import reader_name

RELEASE = ROOT.parent / "shared/data/allen/ecephys_cache"
GOLDEN = 900000002
SCHEMAS = {"units": UNITS, "speed": SPEED, "intervals": INTERVALS}


def golden_session(directory: Path) -> Path:
    """Unpack the synthetic session in the release's format into AllenSDK's layout."""
    nwb = directory / session_nwb(GOLDEN)
    nwb.parent.mkdir(parents=True)
    packed = ROOT / f"tests/golden/session_{GOLDEN}.nwb.xz"
    nwb.write_bytes(lzma.decompress(packed.read_bytes()))
    return nwb


def extract(nwb, session_id, directory, **environment):
    """Extract a session; return the finished process, the tables' paths and the log."""
    paths = {name: directory / f"{name}.parquet" for name in SCHEMAS}
    reader = reader_name("cache"), "{}"
    run, log = extract_recording(
        reader, nwb, session_id, paths.values(), directory, **environment
    )
    return run, paths, log


def tables(paths):
    return {name: read_table(path, SCHEMAS[name]) for name, path in paths.items()}
