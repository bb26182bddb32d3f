"""Measure which directions among the parameters the statistics determine."""

from pydantic import TypeAdapter

from minicolumn.config.circuits import Prior
from minicolumn.config.mice import States
from minicolumn.files.documents import read_document, write_document
from minicolumn.files.store import columns_of, read_tables, whole_file, write_table
from minicolumn.files.tables import (
    CIRCUITS,
    COHORT,
    IDENTIFIED,
    PERTURBED_STATISTICS,
    SENSITIVITIES,
)
from minicolumn.identifiability.by_circuit import Study, identified
from minicolumn.identifiability.heatmap import heatmap
from minicolumn.identifiability.perturbed import differences
from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.identifiability.sensitivity import compared, sensitivities
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.jobs.job import job
from minicolumn.learning.splits import SplitRule
from minicolumn.report.style import saved
from minicolumn.surrogates.archive import load

with job(snakemake):
    files, made, params = snakemake.input, snakemake.output, snakemake.params
    states = States(**params.states)
    noise = SamplingNoise.of(read_tables(files.cohort, COHORT))
    by_mechanism = sensitivities(
        map(load, files.surrogates),
        read_tables(files.circuits, CIRCUITS),
        SplitRule(params.seed, **params.split),
        TypeAdapter(Prior).validate_python(params.prior),
        states,
        noise,
    )
    perturbed = read_tables(files.perturbed, PERTURBED_STATISTICS)
    checked = compared(by_mechanism, differences(perturbed, noise), states)
    study = Study(by_mechanism, noise, params.n_epochs)
    found = identified(study, checked, read_document(files.posterior, PosteriorChecks))
    write_table(made.sensitivities, SENSITIVITIES, checked.to_dict("list"))
    write_table(made.identified, IDENTIFIED, columns_of(list(study.rows())))
    write_document(made.document, found)
    with whole_file(made.figure) as temporary:
        temporary.write_bytes(saved(heatmap(checked, found), "svg"))
