"""When and how a run was started: what may be printed of it."""

from pathlib import Path

import pytest

from minicolumn.jobs.runs.journal import Journal
from minicolumn.report.start import Start, without_paths


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cores", "2"), "--cores 2"),
        (("--configfile", "/home/someone/my.yaml"), "--configfile my.yaml"),
        (("--profile=../someone/slurm-gpu",), "--profile=slurm-gpu"),
        (("--config", "a.url=https://mirror.example.org/x"), "--config a.url=x"),
    ],
)
def test_a_command_has_no_directory_and_no_address(arguments, said):
    assert without_paths(arguments) == f"snakemake {said}"


def test_a_run_without_a_journal_or_a_checkout_says_nothing(tmp_path):
    assert Start.of(tmp_path, tmp_path) == Start()


def test_a_run_says_when_and_how_it_was_started(tmp_path):
    Journal(tmp_path, [], ["--cores", "2"]).close()
    found = Start.of(tmp_path, Path(__file__).parent)
    assert found.command == "snakemake --cores 2"
    assert len(found.date) == 10
