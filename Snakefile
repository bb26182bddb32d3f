"""Which mechanism of acetylcholine explains how mouse V1 changes with running?

The table of contents: configuration, stages in order, targets.
"""

import mimetypes
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

from minicolumn.yaml_files import read_yaml
from minicolumn.errors import ConfigError, MinicolumnError
from minicolumn.jobs.devices import cpu_notice
from minicolumn.jobs.environment import look_first_in, check_environment
from minicolumn.jobs.runs.clock import check_times
from minicolumn.jobs.runs.journal import begin
from minicolumn.jobs.runs.opening import opening_of
from minicolumn.jobs.runs.places import check_places
from minicolumn.jobs.shell_names import check_for_cluster, check_interpreter
from minicolumn.learning.splits import SplitRule, check_splits
from minicolumn.registry.lookup import announce

min_version("9.20")

# Of this workflow, which another one may use as a module, also with another prefix.
OWN = workflow.modifier
CHECKOUT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True))


# What the files and options of the command line say, or the workflow that uses this one.
overlay = dict(config)
defaults = read_yaml(CHECKOUT / "config.yaml")

try:
    announce(overlay.get("extensions", defaults["extensions"]))
    # These modules read the names that extensions have just announced.
    from minicolumn.circuits.connectome.planned import check_connectome
    from minicolumn.config import parse_config
    from minicolumn.extension_checks.planned import check_extensions
    from minicolumn.config.settings import settings_of
    from minicolumn.recordings.files import recording_files

    settings = settings_of(defaults, overlay)
    config.update(settings)  # for the scripts that read it
    cfg = parse_config(settings)
    if workflow.is_main_process:
        check_extensions(cfg)
        for note in check_connectome(cfg):
            logger.info(f"circuits.connectome: {note}")
    RESULTS = f"results/{cfg.run}"
    RECORDINGS = recording_files(cfg.recordings, RESULTS)
    SPLIT_RULE = SplitRule(cfg.seed, **cfg.surrogates.split())
    if not cfg.circuits.are_imported:
        check_splits(SPLIT_RULE, cfg.circuits.count)
    cfg.check_starts()
except ConfigError as error:
    sys.exit(str(error))


report: "rules/captions/workflow.rst"


# Otherwise --report shows tables as text.
mimetypes.add_type("application/vnd.apache.parquet", ".parquet")


pathvars:
    results=RESULTS,
    logs=f"{RESULTS}/logs",


include: "rules/common.smk"
include: "rules/collections.smk"
include: "rules/identities.smk"


# Circuits are imported or simulated; both make the same tables.
if cfg.circuits.are_imported:

    include: "rules/imported_circuits.smk"

else:

    include: "rules/circuits.smk"
    include: "rules/simulate.smk"


include: "rules/cohort.smk"
include: "rules/recordings.smk"
include: "rules/epochs.smk"
include: "rules/statistics.smk"
include: "rules/surrogates.smk"
include: "rules/posterior.smk"
include: "rules/predictions.smk"
include: "rules/checks.smk"
include: "rules/domain.smk"
include: "rules/mechanism.smk"
include: "rules/tuned.smk"
include: "rules/identifiability.smk"
include: "rules/curbd.smk"
include: "rules/perturbation.smk"
include: "rules/dose_response.smk"
include: "rules/report.smk"
include: "rules/export.smk"
include: "rules/validation.smk"
include: "rules/families.smk"
include: "rules/rivals.smk"


onstart:
    if not (WITH_CONDA or ALLEN_ENVIRONMENT.exists()):
        raise WorkflowError(
            "The AllenSDK environment (.venv-allen) is missing: run `make setup` first."
        )
    try:
        check_interpreter(sys.executable)
        check_environment(CHECKOUT)
        if not workflow.local_exec:
            check_for_cluster(names_for_cluster())
            # An sbatch that waits while a limit of the site refuses jobs.
            look_first_in(CHECKOUT / "profiles" / "slurm-gpu" / "bin")
        check_places([*files_of_run(), *logs_of_run()])
        check_times(files_of_run())
        begin(
            Path(OWN.modify_path(RESULTS)), planned_jobs(), sys.argv[1:], settings
        )
    except MinicolumnError as error:
        raise WorkflowError(str(error)) from None
    if workflow.local_exec and (notice := cpu_notice()):
        logger.info(notice)


onsuccess:
    for page in (str(job.output[0]) for job in planned_pages()):
        logger.info(f"{page}: {opening_of(Path(page))}")


rule all:
    default_target: True
    input:
        REPORT,


rule simulations:
    """Target: the simulation branch alone."""
    input:
        ALL_SIMULATED,


rule validation:
    """Target: the evaluation of mechanism inference."""
    input:
        VALIDATION_PAGE,


rule families:
    """Target: what each family of circuits says of the mice of all."""
    input:
        FAMILIES_PAGE,


rule rivals:
    """Target: which rivals of the mechanisms can be told apart."""
    input:
        RIVALS_PAGE,


rule sidecars:
    """Target: epochs and statistics of every session as NWB."""
    input:
        ALL_SIDECARS,


rule dose_response:
    """Target: whether statistics follow ACh within sessions, by pupil and speed."""
    input:
        DOSE_RESPONSE,


rule tuned:
    """Target: circuits fitted to each session at rest, scored on running."""
    input:
        TUNED_REPORT,


rule identifiability:
    """Target: what the statistics can tell of the parameters behind them."""
    input:
        IDENTIFIABILITY,


rule currents:
    """Target: currents between groups of units, at rest and running."""
    input:
        CURRENTS,


rule perturbation:
    """Target: networks fitted to known circuits, judged by light and ACh."""
    input:
        PERTURBATION_REPORT,


rule perturb_sessions:
    """Target: what light does in each recorded session."""
    input:
        ALL_OPTOGENETIC_SCORES,
