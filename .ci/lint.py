"""Run ``snakemake --lint`` and fail at every complaint but those that are decided."""

import re
import subprocess
import sys

# Title: why it is as it is.
DECIDED = {
    "Specify a conda environment or container for each rule.": (
        "One locked environment (envs/main.lock) has Snakemake and the library that "
        "both the Snakefile and the jobs import; two of it could differ. Rules that "
        "need another environment, AllenSDK's, name it."
    ),
}

run = subprocess.run(
    [sys.executable, "-m", "snakemake", "--lint", *sys.argv[1:]],
    capture_output=True,
    text=True,
    check=False,
)
titles = re.findall(r"^    \* (.*):$", run.stderr, re.MULTILINE)
if run.returncode not in (0, 1) or bool(run.returncode) != bool(titles):
    sys.exit(run.stdout + run.stderr)
if new := set(titles) - DECIDED.keys():
    sys.exit(f"{run.stderr}\nNot decided, see .ci/lint.py: {', '.join(sorted(new))}")
if old := DECIDED.keys() - set(titles):
    sys.exit(f".ci/lint.py decides what no longer occurs, delete it: {', '.join(old)}")
