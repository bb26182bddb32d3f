"""One engine in a process of its own, which waits for requests."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Peer(NamedTuple):
    """What to run, in which environment, for how long at once."""

    name: str
    script: str
    run_ms: int
    options: tuple[str, ...] = ()
    environment: str = ".venv"
    dt_ms: float | None = None  # that of config.yaml


class Worker:
    """A peer at one circuit; ``failure`` says why there is none, if so."""

    def __init__(self, peer: Peer, circuit_file: Path):
        self.peer, self.failure, self.description = peer, "", ""
        self.python = ROOT / peer.environment / "bin/python"
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = None
        if not self.python.exists():
            self.failure = f"not installed: {peer.environment} is missing"
            return
        arguments = [circuit_file.resolve(), peer.run_ms, *peer.options]
        self.process = subprocess.Popen(
            [self.python, HERE / peer.script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )

    def wait_until_built(self) -> None:
        """Wait until the peer answers requests."""
        self.description = self._reply().get("description", "")

    def run(self, seed: int) -> dict[str, Any]:
        """Return the peer's reply, empty if it failed."""
        if self.failure:
            return {}
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"seed": seed}) + "\n")
        self.process.stdin.flush()
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        """Return the next line of JSON; a peer's library may print lines of its own."""
        if self.failure:
            return {}
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.errors.seek(0)
        lines = self.errors.read().split("\n")
        said = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
        said = said or [line for line in lines if line.strip()]
        said = said or ["it ended without a word"]
        self.failure = f"failed: {said[-1].strip()[:200]}"
        return {}

    def close(self) -> None:
        """End the process."""
        self.errors.close()
        if self.process is not None:
            self.process.communicate()
