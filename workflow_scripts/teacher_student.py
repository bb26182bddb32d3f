"""Fit networks of known connections to some neurons, and ask about the others."""

import pandas as pd

from minicolumn.config.theory import TeacherStudent
from minicolumn.files.store import columns_of, whole_file, write_table
from minicolumn.files.tables import TEACHER_STUDENT
from minicolumn.identifiability.teacher_figure import figure_of
from minicolumn.identifiability.teacher_student import rows
from minicolumn.jobs.job import job
from minicolumn.report.style import saved
from minicolumn.simulation.device import prepare

with job(snakemake):
    prepare()
    settings = TeacherStudent(**snakemake.params.settings)
    found = columns_of(rows(settings, snakemake.params.seed))
    write_table(snakemake.output.table, TEACHER_STUDENT, found)
    with whole_file(snakemake.output.figure) as temporary:
        temporary.write_bytes(saved(figure_of(pd.DataFrame(found)), "svg"))
