"""Checkouts to edit, run and break."""

import shutil

import pytest
from checkouts import ROOT, TINY, Checkout, copy_checkout


@pytest.fixture
def checkout(tmp_path):
    return copy_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A checkout in which the tiny workflow has run to its report."""
    if not (ROOT / ".venv-allen").is_dir():
        pytest.skip("the AllenSDK environment is missing: make setup")
    checkout = copy_checkout(tmp_path_factory.mktemp("finished") / "checkout")
    checkout.snakemake("--cores", "2", "--configfile", TINY)
    return checkout


@pytest.fixture
def rerun(finished, tmp_path):
    """A copy of the finished checkout, results and metadata included."""
    path = tmp_path / "checkout"
    shutil.copytree(finished.path, path, symlinks=True)
    return Checkout(path)
