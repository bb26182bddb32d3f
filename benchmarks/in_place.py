"""Bytes and time of reading sessions of real size in place, and as whole files.

Writes two SYNTHETIC sessions of 2.5 hours with the sizes of the release: 1,710 units,
of which 99 pass in VISp (99,180 units in 58 sessions, 5,370 of VISp in 54):

* one in Allen's layout, with waveforms and amplitudes, by AllenSDK's writers;
* one as a lab writes it today, with LFP in compressed chunks, by pynwb.

A server on this machine answers with 30 ms of delay and 25 MB/s, as a fast connection
to an archive. The command compares what both ways find: ``python benchmarks/in_place.py
[directory]``.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h5py
import numpy as np
import yaml
from extraction import (
    PYTHON as ALLEN_PYTHON,
    ROOT,
    SESSION,
    WRITE,
    in_allen_environment,
)
from hdmf.backends.hdf5.h5_utils import H5DataIO
from markdown_table import table
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.ecephys import ElectricalSeries

from minicolumn.config import parse_config
from minicolumn.config.recordings import Recordings
from minicolumn.files.documents import write_document
from minicolumn.recordings.hdf5_files import Address
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session

N_UNITS, N_VISP, N_PASSING, N_PROBE = 1710, 205, 99, 285
RATE_HZ, STOP_S = 7.5, 9000.0
DELAY_S, BYTES_PER_S = 0.03, 25e6
TABLES = ("units", "speed", "intervals")

READ = """
import json, sys, time
begin = time.perf_counter()
from pathlib import Path
from minicolumn.recordings.readers import reader_named
from minicolumn.recordings.recording import write_recording
reader, nwb, session, options, directory = sys.argv[1:]
paths = [Path(directory, name) for name in ("units", "speed", "intervals")]
found = reader_named(reader)(Path(nwb), int(session), **json.loads(options))
write_recording(found, *paths)
# Of this process alone: what getrusage says includes the memory of its parent.
status = dict(line.split(":") for line in open("/proc/self/status"))
print(time.perf_counter() - begin, status["VmHWM"].split()[0])
"""


class Handler(BaseHTTPRequestHandler):
    """Answers with a part of one file, after a delay and at a pace."""

    protocol_version = "HTTP/1.1"
    file, n_requests, n_bytes = Path(), 0, 0

    def do_GET(self) -> None:
        """Send the range that is asked for."""
        size = self.file.stat().st_size
        asked = re.match(r"bytes=(\d+)-(\d+)", self.headers["Range"])
        first, last = (int(one) for one in asked.groups()) if asked else (0, size - 1)
        with self.file.open("rb") as file:
            file.seek(first)
            content = file.read(last + 1 - first)
        time.sleep(DELAY_S + len(content) / BYTES_PER_S)
        self.send_response(206)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        self.wfile.write(content)
        Handler.n_requests += 1
        Handler.n_bytes += len(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Write both sessions, read each in place, again, and as a whole."""
    parent = sys.argv[1] if len(sys.argv) > 1 else None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/session.nwb"
    rows = []
    with tempfile.TemporaryDirectory(dir=parent) as name:
        for source, write in (("s3", write_allens), ("nwb", write_labs)):
            directory = Path(name, source)
            directory.mkdir()
            Handler.file = directory / "session.nwb"
            write(Handler.file)
            rows += compared(source, directory, address)
            shutil.rmtree(directory)
    heads = ("layout", "read", "requests", "MB", "of the file", "s", "peak GB")
    print("\n".join(table(heads, rows)))


def compared(source: str, directory: Path, address: str) -> list[tuple[str, ...]]:
    """Return the costs of one session, in place twice and whole; check the results."""
    nwb = directory / "session.nwb"
    where = directory / "address.json"
    write_document(where, Address(address, None, None, str(directory / "blocks")))
    rows, found = [], []
    for how, path in (("in place", where), ("again", where), ("whole", nwb)):
        Handler.n_requests = Handler.n_bytes = 0
        seconds, peak_gb = measured(source, path, directory)
        share = Handler.n_bytes / nwb.stat().st_size
        found.append(results_of(directory))
        rows.append(
            (
                *(source, how, str(Handler.n_requests), f"{Handler.n_bytes / 1e6:.0f}"),
                *(f"{share:.1%}", f"{seconds:.1f}", f"{peak_gb:.2f}"),
            )
        )
        print(*rows[-1], flush=True)
    if found[0] != found[2] or found[1] != found[2]:
        sys.exit(f"{source}: in place differs from whole")
    return rows


def measured(source: str, nwb: Path, directory: Path) -> tuple[float, float]:
    """Return seconds and peak memory in GB of extracting a session."""
    settings = settings_of(source, in_place=nwb.suffix == ".json")
    reader = f"minicolumn.recordings.{'nwb' if source == 'nwb' else 'allen'}"
    python = sys.executable if source == "nwb" else str(ALLEN_PYTHON)
    options = json.dumps(settings.reader_options())
    command = [python, "-W", "ignore", "-c", READ, f"{reader}:read_session"]
    run = subprocess.run(
        [*command, str(nwb), str(SESSION), options, str(directory)],
        env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, peak_kb = run.stdout.splitlines()[-1].split()
    return float(seconds), int(peak_kb) * 1024 / 1e9


def settings_of(source: str, *, in_place: bool) -> Recordings:
    """Return the section ``recordings`` that reads a session in one of both ways."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    changes = config["recordings"]
    changes["source"] = source
    changes["fetched"]["whole"] = not in_place
    changes["nwb"]["files"] = {1: str(ROOT / "config.yaml")}
    changes["nwb"]["dandiset"]["number"] = "000000" if in_place else None
    return parse_config(config).recordings


def results_of(directory: Path) -> object:
    """Return epochs and selected spikes of the session that was extracted."""
    paths = [str(directory / name) for name in TABLES]
    recorded = Recorded.read(SESSION, *paths)
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    rule = EpochRule(
        cfg.recordings.units, cfg.epochs, cfg.simulation.duration_s, cfg.states
    )
    selected = recorded.units.take(rule.select(recorded))
    epochs = epochs_of_session(recorded, rule, 25, 1)
    return epochs, selected, recorded.speed, recorded.intervals


def write_allens(path: Path) -> None:
    """Write a session in Allen's layout; most units are elsewhere, or fail a filter."""
    in_allen_environment(WRITE, SESSION, path, RATE_HZ, N_UNITS)
    with h5py.File(path, "a") as file:
        electrodes = file["general/extracellular_ephys/electrodes"]
        places, channels = electrodes["location"].asstr()[:], electrodes["id"][:]
        units = file["units"]
        peaks = units["peak_channel_id"][:]
        peaks[N_VISP:N_PROBE] = channels[places == "CA1"][0]
        peaks[N_PROBE:] = channels[places == "LGd"][0]
        units["peak_channel_id"][:] = peaks
        units["presence_ratio"][N_PASSING:] = 0.5


def write_labs(path: Path) -> None:
    """Write a session as a lab does: LFP, then units and running speed."""
    rng = np.random.default_rng(1)
    file = NWBFile("SYNTHETIC session", "lab", datetime(2026, 1, 1, tzinfo=UTC))
    device = file.create_device("probe")
    group = file.create_electrode_group("probeC", "probe", "V1", device)
    for one in range(384):
        place = "VISp" if one < 90 else "CA1"
        file.add_electrode(location=place, group=group, x=0.0, y=0.0, z=0.0)
    for name in ("presence_ratio", "isi_violations"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        file.add_unit(
            spike_times=[0.0],
            electrodes=[unit % 90 if unit < N_VISP else 90 + unit % 294],
            presence_ratio=0.99 if unit < N_PASSING else 0.5,
            isi_violations=0.1,
        )
    time_s = np.arange(0, STOP_S, 0.02)
    speed = np.where(time_s // 60 % 2 == 1, 12.0, 0.0)
    module = file.create_processing_module("behavior", "behavior")
    module.add(
        TimeSeries(name="running_speed", data=speed, unit="cm/s", timestamps=time_s)
    )
    lfp = rng.integers(-300, 300, (2_300_000, 384), dtype=np.int16)
    sites = file.create_electrode_table_region(list(range(384)), "all")
    stored = H5DataIO(lfp, chunks=(4096, 64), compression="gzip", compression_opts=1)
    series = {"data": stored, "electrodes": sites, "rate": 250.0, "conversion": 1e-6}
    file.add_acquisition(ElectricalSeries(name="lfp", **series))
    with NWBHDF5IO(path, "w") as io:
        io.write(file)
    fire(path, rng)


def fire(path: Path, rng: np.random.Generator) -> None:
    """Put real numbers of spikes in place of one: pynwb would keep them in lists."""
    counts = rng.poisson(RATE_HZ * STOP_S, N_UNITS)
    trains = [np.sort(rng.uniform(0, STOP_S, n)) for n in counts]
    columns = {"spike_times": np.concatenate(trains)}
    columns["spike_times_index"] = np.cumsum(counts)
    with h5py.File(path, "a") as file:
        kept = {name: dict(file["units"][name].attrs) for name in columns}
        for name, values in columns.items():
            del file["units"][name]
            file["units"][name] = values
        kept["spike_times_index"]["target"] = file["units/spike_times"].ref
        for name, attributes in kept.items():
            file["units"][name].attrs.update(attributes)


if __name__ == "__main__":
    main()
