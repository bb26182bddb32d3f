"""Put circuits that resemble a reference circuit at rest under perturbations."""

from minicolumn.config import Fitting, Physics, Statistics
from minicolumn.config.perturbation import Chosen, References
from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    PERTURBED_STUDENTS,
    SIMULATED_STATISTICS,
)
from minicolumn.inference.circuits.posterior_archive import load
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare(snakemake.threads)
    from minicolumn.perturbation.reference_archive import load_reference
    from minicolumn.perturbation.references import Experiment
    from minicolumn.tuning.perturbed import Selection, perturbed_rows_of
    from minicolumn.tuning.starts import Bank
    from minicolumn.tuning.targets import epoch_sd

    files, params, of = snakemake.input, snakemake.params, snakemake.wildcards
    settings = References(**params.references).in_regime(of.regime)
    physics, fits = Physics(**params.physics), Fitting(**params.fits)
    matching, chosen = Statistics(**params.matching), Chosen(**params.chosen)
    bank = Bank.of(
        read_tables(files.circuits, CIRCUITS),
        read_tables(files.simulated, SIMULATED_STATISTICS),
        SplitRule(physics.seed, **params.split),
    )
    selection = Selection(
        bank,
        load(files.posterior[0]) if files.posterior else None,
        epoch_sd(read_tables(files.cohort, COHORT), fits),
        fits,
        matching,
        physics,
    )
    rows = perturbed_rows_of(
        of,
        Experiment.on(of.reference, settings, physics),
        load_reference(files.reference, settings),
        chosen,
        selection,
    )
    write_table(
        snakemake.output[0],
        PERTURBED_STUDENTS,
        columns_of(list(rows)),
        provenance(physics.seed),
    )
