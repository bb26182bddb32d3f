import pytest

from minicolumn.perturbation.areas import reference_circuit


@pytest.fixture(scope="package")
def references(cfg):
    """Return settings of few trials and perturbations."""
    few = {
        "warmup_s": 0.05,
        "trials": 12,
        "perturbed_trials": 10,
        "drive_inhibition_nA": (0.2,),
        "clamp_inhibition_nA": (-0.4,),
        "drive_excitation_nA": (0.1,),
        "levels": (1.0,),
    }
    return cfg.perturbation.references.model_copy(update=few)


@pytest.fixture(scope="package")
def neurons(references, cfg):
    return reference_circuit("feedback-0", references, cfg)[1]
