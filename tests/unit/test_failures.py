"""What is said of a job that failed."""

import pytest

from snakemake_logger_plugin_minicolumn.failures import failure


@pytest.fixture
def said(tmp_path):
    """What Snakemake says of a shard that failed on Slurm, and its two logs."""
    own, slurm = tmp_path / "own.log", tmp_path / "7.log"
    own.write_text("12:00 INFO minicolumn: started\n")
    slurm.write_text("")
    return {
        "rule_name": "simulate_shard",
        "rule_msg": "SLURM-job '7' failed, SLURM status is: 'TIMEOUT'. "
        "Detailed failure reason unavailable (status command is not 'sacct').",
        "log": [str(own), str(slurm)],
    }


def test_the_jobs_own_log_tells_and_the_clusters_is_only_named(said, tmp_path):
    (tmp_path / "own.log").write_text("x\n12:01 ERROR minicolumn: no room: make room\n")
    (tmp_path / "7.log").write_text("slurmstepd: error: noise\n")
    lines = failure(said, "synaptic/0007").splitlines()
    assert lines[0] == (
        "simulate_shard synaptic/0007 failed: "
        "SLURM-job '7' failed, SLURM status is: 'TIMEOUT'."
    )
    assert lines[1:3] == ["  x", "  12:01 ERROR minicolumn: no room: make room"]
    assert lines[3:] == [f"  log: {tmp_path}/own.log", f"  log: {tmp_path}/7.log"]


def test_of_a_killed_job_the_clusters_log_tells(said, tmp_path):
    (tmp_path / "7.log").write_text(
        "Building DAG of jobs...\nError in rule simulate_shard:\n"
        "slurmstepd: error: *** JOB 7 CANCELLED DUE TO TIME LIMIT ***\n"
    )
    told = failure(said, "synaptic/0007")
    assert "DUE TO TIME LIMIT" in told
    assert "Building DAG" not in told
    assert "Error in rule" not in told


def test_a_long_log_is_cut_to_its_end(said, tmp_path):
    (tmp_path / "own.log").write_text("\n".join(map(str, range(999))) + "\n9 ERROR x\n")
    told = failure(said, "a").splitlines()
    assert len(told) < 50
    assert "  9 ERROR x" in told


def test_a_job_without_message_or_log_is_named(said):
    assert failure(said | {"rule_msg": None, "log": []}, "a").splitlines() == [
        "simulate_shard a failed"
    ]


def test_a_log_of_an_earlier_attempt_is_not_shown(said, tmp_path):
    (tmp_path / "own.log").write_text("12:01 ERROR minicolumn: the first attempt\n")
    changed = (tmp_path / "own.log").stat().st_mtime
    assert "first attempt" in failure(said, "a", changed)
    assert "first attempt" not in failure(said, "a", changed + 10)
