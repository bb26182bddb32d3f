"""Another workflow uses this one as a module, with a prefix and other names."""

import re

import pytest
import yaml
from checkouts import ROOT, TINY, Checkout

from minicolumn.jobs.runs.journal import read

PAGE = (ROOT / "docs" / "modules.md").read_text()
REPORT = "v1/results/tiny/report.html"

pytestmark = pytest.mark.workflow


def parent_of(checkout):
    """Return the workflow of the documentation, in a directory of its own."""
    parent = Checkout(checkout.path.parent / "parent")
    parent.path.mkdir()
    (parent.path / "minicolumn").symlink_to(checkout.path)
    (snakefile,) = re.findall(r"```python\n# Snakefile\n(.*?)```", PAGE, re.DOTALL)
    written = snakefile.replace("v1/results/demo/report.html", REPORT)
    assert written != snakefile
    (parent.path / "Snakefile").write_text(written)
    overlay = yaml.safe_load((ROOT / TINY).read_text())
    (parent.path / "own.yaml").write_text(yaml.safe_dump({"minicolumn": overlay}))
    return parent


def run(parent, *arguments, **options):
    """Run Snakemake there, with the library of the checkout that it uses."""
    profile = ("--workflow-profile", "minicolumn/profiles/default")
    library = str(parent.path / "minicolumn" / "src")
    return parent.snakemake(*arguments, *profile, PYTHONPATH=library, **options)


def test_the_plan_is_that_of_the_workflow_below_the_prefix(checkout):
    parent = parent_of(checkout)
    said = run(parent, "-n", "-p")
    planned = dict(re.findall(r"^v1_(\w+) +(\d+)$", said, re.MULTILINE))
    own = checkout.plan_tiny()
    assert {rule: int(n) for rule, n in planned.items()} == own
    outputs = re.findall(r"^    output: (.*)$", said, re.MULTILINE)
    paths = [path for line in outputs for path in line.split(", ")]
    assert len(paths) > sum(own.values())
    assert {path.split("/")[0] for path in paths} == {"v1", "summary.txt"}
    # Commands are shown as they will run: in this checkout, by AllenSDK's Python.
    command = r"\.venv-allen/bin/python \S+/workflow_scripts/write_synthetic_sessions"
    assert re.search(command, said)


def test_files_of_the_user_have_no_prefix(checkout):
    parent = parent_of(checkout)
    (parent.path / "mouse.nwb").touch()
    recordings = {"source": "nwb", "nwb": {"files": {7: "mouse.nwb"}}}
    own = {"minicolumn": {"run": "tiny", "recordings": recordings}}
    (parent.path / "own.yaml").write_text(yaml.safe_dump(own))
    said = run(parent, "-n", "-p")
    rule = said.partition("rule v1_extract_recording:")[2].partition("reason:")[0]
    assert "input: mouse.nwb\n" in rule
    assert "output: v1/results/tiny/recordings/7/units.parquet" in rule


# Promise: a workflow uses this one as a module and begins no journal | by each job |
#   call its onstart
def test_a_workflow_that_begins_no_journal_is_told_to(checkout):
    parent = parent_of(checkout)
    parent.edit("Snakefile", "minicolumn.onstart()", "pass")
    circuits = "v1/results/tiny/circuits/shard-0000.parquet"
    said = run(parent, "--cores", "1", circuits, check=False)
    assert "calls its onstart (docs/modules.md)" in said
    assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.allen
def test_it_runs_to_the_report_and_results_can_move_back(checkout):
    parent = parent_of(checkout)
    run(parent, "--cores", "2")
    assert (parent.path / "summary.txt").read_text().endswith(f" {REPORT}\n")
    plan = read(parent.path / "v1" / "results" / "tiny")[0].plan
    assert {job.rule for job in plan.jobs} == {*checkout.plan_tiny()}
    assert "Nothing to be done" in run(parent, "-n")
    (parent.path / "v1" / "results").rename(checkout.path / "results")
    assert checkout.plan_tiny() == {}
