"""Download clients under faults: others and this one against one local server.

In a scratch environment with pooch, fsspec, aiohttp, obstore, pypdl and parfive, and
with urllib3, filelock and this package: ``python benchmarks/download_clients.py``.
Prints for each client and fault: the reported result, what has the final name, seconds,
the ratio of transferred bytes to the size of the file, and the number of requests.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from fault_server import FaultServer, fault_server  # noqa: E402

PAYLOAD = os.urandom(2**20) * 8
LIMIT_S = 25.0

# Each gets the address and a directory, and should save the file there as "f".
CLIENTS = {
    "pooch": """
import pooch
pooch.retrieve(URL, known_hash=None, fname="f", path=DIRECTORY,
               downloader=pooch.HTTPDownloader(timeout=5))
""",
    "fsspec": """
import fsspec
fsspec.filesystem("http").get_file(URL, DIRECTORY + "/f")
""",
    "parfive": """
from parfive import Downloader
downloader = Downloader(max_conn=1, progress=False)
downloader.enqueue_file(URL, path=DIRECTORY, filename="f")
sys.exit(bool(downloader.download().errors))
""",
    "pypdl": """
from pypdl import Pypdl
found = Pypdl().start(URL, file_path=DIRECTORY + "/f", retries=3, display=False,
                      overwrite=False)
sys.exit(not found or any(one is None for one in found))
""",
    "obstore": """
import datetime, os
import obstore
from obstore.store import HTTPStore
base, name = URL.rsplit("/", 1)
store = HTTPStore.from_url(
    base, client_options={"allow_http": True, "read_timeout": "5s"},
    retry_config={"max_retries": 5, "retry_timeout": datetime.timedelta(seconds=20)})
part = DIRECTORY + "/f.part"
have = os.path.getsize(part) if os.path.exists(part) else 0
answer = obstore.get(store, name, options={"range": {"offset": have}} if have else {})
with open(part, "ab") as file:
    for chunk in answer.stream(min_chunk_size=2**16):
        file.write(bytes(chunk))
        file.flush()
assert os.path.getsize(part) == answer.meta["size"]
os.rename(part, DIRECTORY + "/f")
""",
    "curl": """
import os
os.execvp("curl", [
    "curl", "-sSfL", "-C", "-", "--retry", "3", "--retry-all-errors", "--speed-limit",
    "1000", "--speed-time", "5", "-o", DIRECTORY + "/f", URL])
""",
    "ours": """
from pathlib import Path
from minicolumn.recordings.download.fetch import RemoteFile, fetch
from minicolumn.recordings.download.server import Patience
fetch(RemoteFile(URL), Path(DIRECTORY) / "f", Patience(tries=4, silence_s=5.0))
""",
}


def _version(server: FaultServer) -> None:
    """Replace the file at the address after the first process was killed."""
    server.payload, server.etag = PAYLOAD[::-1], '"two"'


FAULTS: dict[str, Callable[[FaultServer], object]] = {
    "none": lambda server: None,
    "drops twice": lambda server: server.drops.extend([3_000_000, 2_000_000]),
    "404": lambda server: server.statuses.extend([404] * 20),
    "429, Retry-After: 3": lambda server: server.statuses.append(
        (429, {"Retry-After": "3"})
    ),
    "500 once": lambda server: server.statuses.append(500),
    "announces 1000 bytes too many": lambda server: setattr(
        server, "stated_extra", 1000
    ),
    "stops sending once": lambda server: server.stalls.append(3_000_000),
}
AFTER_KILL: dict[str, Callable[[FaultServer], object]] = {
    "kill -9, again": lambda server: None,
    "kill -9, then ignores ranges": lambda server: setattr(
        server, "ignore_ranges", True
    ),
    "kill -9, then another file": _version,
}


def start(client: str, url: str, directory: Path) -> subprocess.Popen[bytes]:
    """Run one client in a process of its own."""
    code = f"import sys\nURL, DIRECTORY = {url!r}, {str(directory)!r}\n"
    return subprocess.Popen(
        [sys.executable, "-c", code + CLIENTS[client]],
        cwd=directory,  # pypdl writes a log to its directory
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def outcome(client: str, server: FaultServer, directory: Path) -> str:
    """Run a client to its end and describe the result."""
    begin = time.monotonic()
    process = start(client, server.url, directory)
    try:
        said = "says ok" if process.wait(LIMIT_S) == 0 else "says failed"
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        said = "hangs"
    file = directory / "f"
    if not file.exists():
        lies = "nothing"
    elif file.read_bytes() == server.payload:
        lies = "the file"
    else:
        lies = "WRONG BYTES"
    seconds, times = time.monotonic() - begin, server.sent / len(PAYLOAD)
    return (
        f"{said}, leaves {lies}, {seconds:.1f} s, {times:.2f} x, "
        f"{len(server.asked)} requests"
    )


def killed_first(client: str, server: FaultServer, directory: Path) -> str:
    """Kill a client half-way; say whether a partial file has the final name."""
    server.bytes_per_s = 4e6
    process = start(client, server.url, directory)
    deadline = time.monotonic() + LIMIT_S
    while server.sent < len(PAYLOAD) // 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.bytes_per_s = None
    return "; a partial file had the final name" if (directory / "f").exists() else ""


def main() -> None:
    """Print one line per client and fault."""
    for client in CLIENTS:
        for name, fault in {**FAULTS, **AFTER_KILL}.items():
            directory = Path(tempfile.mkdtemp())
            with fault_server(PAYLOAD) as server:
                named = ""
                if name in AFTER_KILL:
                    named = killed_first(client, server, directory)
                fault(server)
                print(
                    f"{client:8s} {name:28s} {outcome(client, server, directory)}"
                    f"{named}",
                    flush=True,
                )
            shutil.rmtree(directory)


if __name__ == "__main__":
    main()
