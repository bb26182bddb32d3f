"""The container recipe makes an image that plans a run, where a builder is at hand.

It takes about ten minutes and 10 GB. The environment variable MINICOLUMN_BUILD_OPTIONS
has further options for the builder, such as a mirror's certificates as a volume.
"""

import os
import re
import shlex
import shutil
import subprocess

import pytest
from checkouts import ROOT

pytestmark = [pytest.mark.container, pytest.mark.slow]

BUILDERS = ("docker", "podman", "buildah")
TAG = "minicolumn-test"
PLAN = ("-n", "--configfile", "demo.yaml")


def run(*words, check=True):
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not check or found.returncode == 0, found.stdout + found.stderr
    return found


@pytest.fixture(scope="module")
def builder():
    """The first builder that works and has, or can fetch, the base image."""
    recipe = (ROOT / "envs" / "Dockerfile").read_text()
    base = re.search(r"^FROM (\S+)", recipe, re.MULTILINE)[1]
    reasons = []
    for name in BUILDERS:
        if shutil.which(name) is None:
            reasons.append(f"{name} is not installed")
        elif run(name, "info", check=False).returncode:
            reasons.append(f"{name} does not work here")
        elif (
            run(name, "inspect", "--type=image", base, check=False).returncode
            and (found := run(name, "pull", "-q", base, check=False)).returncode
        ):
            reasons.append(f"{name} cannot fetch {base}: {found.stderr[-200:]}")
        else:
            return name
    pytest.skip("; ".join(reasons))


@pytest.fixture(scope="module")
def image(builder):
    options = shlex.split(os.environ.get("MINICOLUMN_BUILD_OPTIONS", ""))
    recipe = ("-f", "envs/Dockerfile", "-t", TAG)
    run(builder, "build", *recipe, *options, ".")
    yield TAG
    run(builder, "rmi", TAG, check=False)


def planned_in(builder, image):
    """Run the image's default program with other arguments; return what it said."""
    if builder != "buildah":
        return run(builder, "run", "--rm", image, *PLAN).stdout
    container = run("buildah", "from", "--pull-never", image).stdout.strip()
    try:
        return run("buildah", "run", container, "--", "snakemake", *PLAN).stdout
    finally:
        run("buildah", "rm", container, check=False)


def test_the_image_is_built_and_plans_the_demonstration(builder, image):
    said = planned_in(builder, image)
    (total,) = re.findall(r"^total +(\d+)$", said, re.MULTILINE)
    assert int(total) > 50
    assert "write_report" in said
