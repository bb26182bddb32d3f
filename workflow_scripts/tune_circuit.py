"""Fit circuits to what one session did at rest."""

from minicolumn.config import Fitting, Physics, Statistics, UnitFilter
from minicolumn.files.store import read_table, read_tables, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    POSTERIOR_SAMPLES,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TUNED_STEPS,
)
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.sessions.session import scored, sessions_of
from minicolumn.simulation.device import prepare

with job(snakemake):
    claim_device()
    prepare(snakemake.threads)
    from minicolumn.tuning.attempt import attempt
    from minicolumn.tuning.curves import Recorded
    from minicolumn.tuning.fits_archive import columns_of_steps, save
    from minicolumn.tuning.starts import Bank, Starts
    from minicolumn.tuning.targets import epoch_sd

    files, params = snakemake.input, snakemake.params
    physics, settings = Physics(**params.physics), Fitting(**params.settings)
    session_id = int(snakemake.wildcards.session)
    recorded = scored(
        read_table(files.recorded, RECORDED_STATISTICS),
        read_table(files.session, SESSIONS),
    )
    bank = Bank.of(
        read_tables(files.circuits, CIRCUITS),
        read_tables(files.simulated, SIMULATED_STATISTICS),
        SplitRule(physics.seed, **params.split),
    )
    samples = read_tables(files.samples, POSTERIOR_SAMPLES)
    starts = Starts(
        **params.starts,
        bank=bank,
        samples=samples,
        least=settings.epochs_at_least,
        seed=physics.seed,
    )
    fits = attempt(
        sessions_of(recorded),
        starts,
        epoch_sd(read_tables(files.cohort, COHORT), settings),
        settings,
        Statistics(**params.matching),
        physics,
        Recorded.read(files.units, files.epochs, UnitFilter(**params.units)),
    )
    save(snakemake.output.fits, session_id, fits, settings, physics.seed)
    write_table(snakemake.output.steps, TUNED_STEPS, columns_of_steps(session_id, fits))
