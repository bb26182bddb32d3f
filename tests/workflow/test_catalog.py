"""Catalogs of workflows find this one, and what they have to know of it."""

import shutil

import pytest
import yaml
from checkouts import ROOT, TINY

pytestmark = pytest.mark.workflow


def test_the_snakefile_of_the_catalog_plans_the_same_jobs(checkout):
    shutil.copytree(ROOT / "workflow", checkout.path / "workflow")
    planned = checkout.planned("-s", "workflow/Snakefile", "--configfile", TINY)
    assert planned.pop("default") == 1
    assert planned == checkout.plan_tiny()


def test_the_catalog_is_told_how_to_run_it():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())
    (usage,) = usage.values()
    *_, overlay = usage["mandatory-flags"]["flags"].split()
    assert (ROOT / overlay).is_file()
    assert any(usage["software-stack-deployment"].values())
    page = (ROOT / "config" / "README.md").read_text()
    overlays = {path.name for path in ROOT.glob("[a-z]*.yaml")} - {"config.yaml"}
    assert all(f"`{name}`" in page for name in overlays)
