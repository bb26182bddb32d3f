"""The locked environments, and what someone without Python 3.11 is told."""

import re
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from checkouts import COPIED

ROOT = Path(__file__).parents[2]
ENVS = ROOT / "envs"


def pins(text):
    """Return the name and version of every requirement."""
    return set(re.findall(r"^\s*(?:- ')?([\w.\-]+==[\w.]+)", text, re.MULTILINE))


def test_the_conda_twin_is_not_out_of_date():
    twin = runpy.run_path(str(ENVS / "conda_twin.py"))["twin"]
    found = (ENVS / "allen.conda.yaml").read_text()
    assert found == twin((ENVS / "allen.lock").read_text()), "run `make lock`"


def test_the_conda_twin_lists_every_pin_with_its_hashes():
    lock = (ENVS / "allen.lock").read_text()
    environment = yaml.safe_load((ENVS / "allen.conda.yaml").read_text())
    *_, python = environment["dependencies"][:1]
    listed = environment["dependencies"][-1]["pip"]
    assert python == "python=3.11"
    assert pins("\n".join(listed)) == pins(lock)
    assert sum(line.count("--hash=") for line in listed) == lock.count("--hash=")
    assert all("--hash=sha256:" in line for line in listed)
    assert "\\" not in "".join(listed)


def test_the_lock_holds_what_was_asked_for():
    locked = pins((ENVS / "allen.lock").read_text())
    asked = pins((ENVS / "allen.in").read_text())
    assert asked
    assert asked <= locked


@pytest.mark.parametrize("python", ["python3.11-is-not-here", "false"])
def test_a_missing_python_is_told_with_the_repair_before_anything_is_made(
    tmp_path, python
):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ENVS, tmp_path / "envs")
    (tmp_path / ".venv").mkdir()
    run = subprocess.run(
        ["make", "setup", f"PYTHON={python}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode
    assert f"{python} is missing or is not Python 3.11" in run.stderr
    assert "uv python install 3.11" in run.stderr
    # Nor is anything deleted: an old environment is better than none.
    assert (tmp_path / ".venv").is_dir()


def test_the_image_has_what_a_run_reads_and_the_python_of_the_locks():
    recipe = (ENVS / "Dockerfile").read_text()
    given = {
        path.rstrip("/")
        for line in re.findall(r"^COPY (.+) \S+$", recipe, re.MULTILINE)
        for path in line.split()
    }
    assert all((ROOT / path).exists() for path in given)
    kept = set(
        re.findall(r"^!(\S+)$", (ENVS / "Dockerfile.dockerignore").read_text(), re.M)
    )
    assert {
        "*.yaml" if "/" not in p and p.endswith(".yaml") else p for p in given
    } <= kept
    linked = set(re.findall(r"ln -s \S+ (\S+)", recipe))
    read = {name for name in COPIED if not name.startswith("tests/")}
    assert read <= given | linked
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    python = re.search(r"^FROM python:(3\.\d+)-", recipe, re.MULTILINE)[1]
    assert project["requires-python"] == f">={python}"
    assert "RUN make setup PYTHON=python" + python in recipe
