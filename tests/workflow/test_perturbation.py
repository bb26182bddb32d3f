"""The target `perturbation`, and that nobody else asks for it."""

import pytest

from minicolumn.files.documents import read_document
from minicolumn.perturbation.over_circuits import PerturbationSummary

pytestmark = pytest.mark.workflow

SMALLEST = (
    "perturbation={regimes: [spontaneous], couplings: [one_area], circuits: 1, "
    "students: [bio_depression], starts: 1, "
    "references: {trials: 20, perturbed_trials: 10, warmup_s: 0.05, levels: [1.0], "
    "drive_inhibition_nA: [0.2], clamp_inhibition_nA: [-0.4], "
    "drive_excitation_nA: [0.1]}, fits: {steps: 10, batch: 4}, "
    "microperturbations: {trials: 10, random_sets: 1}}"
)
TINY = ("--configfile", "tests/tiny.yaml")


def test_it_needs_no_other_stage_and_plans_jobs_for_each_student(checkout):
    overlays = "--configfile", "demo.yaml", "perturbation.yaml"
    assert checkout.planned(*overlays, "--", "perturbation") == {
        "make_reference": 1,
        "fit_student": 12,
        "perturb_student": 12,
        "target_microperturbations": 1,
        "score_perturbation": 1,
        "write_perturbation_report": 1,
        "perturbation": 1,
    }


@pytest.mark.slow
def test_it_runs_and_says_that_one_circuit_is_no_evidence(checkout):
    checkout.snakemake(
        "--cores", "2", *TINY, "--config", SMALLEST, "--", "perturbation"
    )
    path = checkout.path / "results" / "tiny" / "perturbation" / "summary.json"
    summary = read_document(path, PerturbationSummary)
    verdicts = summary.verdicts["one_area"]["spontaneous"]
    assert set(verdicts) > {"bio_depression", "floor", "no_change", "group_factors"}
    assert set(verdicts["bio_depression"].values()) == {"one circuit"}
    (gradient,) = (
        one
        for one in summary.microperturbations
        if (one.what, one.score) == ("gradient up", "effect")
    )
    assert (gradient.circuits, gradient.regime) == (1, "spontaneous")
