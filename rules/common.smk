"""What every stage shares: names of things, and what makes a result stale."""

import functools
import os
import shlex
from pathlib import Path

from snakemake import workflow as engine
from snakemake.settings.types import DeploymentMethod

from minicolumn.circuits.family import FAMILIES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.jobs.digest import code_digest, modules_behind
from minicolumn.jobs.runs.run import Job
from minicolumn.keys import circuits_of_shard
from minicolumn.mice.groups import GROUPS
from minicolumn.perturbation.variants import COUPLINGS, REGIMES, STUDENTS
from minicolumn.recordings.files import ADDRESSES, FILES_IN
from minicolumn.registry.lookup import extension_files
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS
from snakemake_logger_plugin_minicolumn.plan import plan_of
from snakemake_logger_plugin_minicolumn.records import Records, origin_of
from snakemake_logger_plugin_minicolumn.reevaluation import schedule_reevaluation

SCRIPTS = CHECKOUT / "workflow_scripts"

# AllenSDK's own environment: what `make setup` made, or with --sdm conda what Snakemake
# makes from the same lock. Only the former has this package installed.
WITH_CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
ALLEN_ENVIRONMENT = CHECKOUT / ".venv-allen" / "bin" / "python"
ALLEN_PYTHON = (
    f"env PYTHONPATH={shlex.quote(str(CHECKOUT / 'src'))} python"
    if WITH_CONDA
    else shlex.quote(str(ALLEN_ENVIRONMENT))
)

# What made a file is in the file, so results that were copied or replaced are known.
engine.FilePersistence = Records
engine.DAG.stats = plan_of(Path(OWN.modify_path(RESULTS)))
engine.JobScheduler._schedule_reevalutation = schedule_reevaluation

# Programs compiled once serve every shard; JAX reads this variable by itself.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", os.path.abspath(".cache/jax"))


# What every page says of the configuration: where recordings came from concerns machines
# and people, not readers.
PAGE = {
    "config": cfg.model_dump(
        mode="json",
        exclude={
            "extensions": True,
            "circuits": {
                "archives": {"files"},
                "connectome": {"connections", "neurons", "node_types"},
            },
            "validation": {"others"},
            "recordings": {
                **dict.fromkeys(ADDRESSES, True),
                **dict.fromkeys(FILES_IN, {"files"}),
            },
        },
    ),
    "defaults": read_yaml(CHECKOUT / "config.yaml"),
}


wildcard_constraints:
    shard=r"\d+",
    session=r"\d+",
    group="|".join(GROUPS),
    family="|".join(FAMILIES),
    mechanism="|".join(MECHANISMS),
    training_set="|".join(TRAINING_SETS),
    architecture="|".join(ARCHITECTURES),
    regime="|".join(REGIMES),
    reference=rf"({'|'.join(COUPLINGS)})-\d+",
    student="|".join(STUDENTS),
    start=r"\d+",


def code(script):
    """Return how to digest the code behind a job's result: script, library, extensions.

    Of what users add from outside, a job depends on what its result is made with: a
    shard of one mechanism is not made again because there is another.
    """
    path = SCRIPTS / f"{script}.py"

    def digest(wildcards):
        extensions = extension_files(modules_behind(path), dict(wildcards.items()))
        return digest_of(path, tuple(extensions))

    return digest


def command(python, script):
    """Return how to start a script in another environment.

    Where the environment and the checkout are makes no difference to a result: what
    derives from the files of a job is not recorded.
    """

    def of(wildcards, input):
        return f"{python} {shlex.quote(str(SCRIPTS / f'{script}.py'))}"

    return of


# Many jobs share one; the code of a run does not change while Snakemake plans it.
digest_of = functools.cache(code_digest)


def circuits_of(wildcards):
    """Return the range of circuits of a shard; growing the count adds shards only."""
    return circuits_of_shard(
        int(wildcards.shard), cfg.circuits.count, cfg.circuits.per_shard
    )


def mice_of(wildcards):
    """Return the range of mice of a shard; growing their number adds shards only."""
    return circuits_of_shard(int(wildcards.shard), N_MICE, cfg.cohort.per_shard)


def nwb_of(wildcards):
    """Return the file of a session: of this run, or of the user and nobody else's."""
    path = RECORDINGS[int(wildcards.session)]
    return path if path.startswith(f"{RESULTS}/") else local(path)


def circuits_to_start_from(wildcards):
    """Return the tables of circuits, which must say how their circuits are wired."""
    if cfg.circuits.are_imported:
        raise WorkflowError(
            "circuits of an archive cannot be fitted: it holds their parameters, not "
            "their connections. Simulate circuits (circuits.archives: files: {})"
        )
    return [*ALL_CIRCUITS, *ALL_RESTING_CIRCUITS]


def resting_circuits_of(wildcards):
    """Return the range of circuits of a shard, after those that are simulated fully."""
    more = cfg.tuned.more_circuits
    ends = circuits_of_shard(int(wildcards.shard), more.count, more.per_shard)
    return tuple(cfg.circuits.count + end for end in ends)


def n_fresh_mice(wildcards):
    """Return how many mice a group has."""
    return cfg.validation.n_mice(wildcards.group)


@functools.cache
def configured(family):
    """Return the configuration of this run with circuits of another family."""
    chosen = {"circuits": {"family": family}}
    try:
        return parse_config(settings_of(defaults, overlay, chosen))
    except ConfigError as error:
        raise WorkflowError(f"circuits of the family {family}: {error}") from None


def physics_of_family(wildcards):
    """Return what spikes of circuits of a family depend on."""
    return configured(wildcards.family).physics()


def architecture_settings(wildcards):
    """Return the section of the configuration that one architecture depends on."""
    return cfg.surrogates.settings_of(wildcards.architecture)


def names_for_cluster():
    """Return every name a user may choose that Snakemake hands to cluster jobs."""
    return {
        "The checkout": str(CHECKOUT),
        "The directory": os.getcwd(),
        "The file of a configuration": map(str, workflow.configfiles),
        "The file of a recording": RECORDINGS.values(),
        "The file of an archive": map(str, cfg.circuits.archives.files.values()),
        "The file of a connectome": map(str, cfg.circuits.connectome.files.values()),
        "A table of mice": map(str, cfg.validation.others.values()),
        "A value of --config": workflow.config_settings.config,
    }


def files_of_run():
    """Yield the paths of all inputs and results of this run, made or not."""
    for job in workflow.dag.jobs:
        yield from map(str, (*job.input, *job.output))


def logs_of_run():
    """Yield the paths of the logs of all jobs of this run."""
    for job in workflow.dag.jobs:
        yield from map(str, job.log)


def planned_jobs():
    """Return all jobs of this run, done or not, in order of stages."""
    stages = [rule.name for rule in workflow.rules]
    jobs = [job for job in workflow.dag.jobs if job.rule in OWN.rules and job.output]
    jobs.sort(key=lambda job: (stages.index(job.rule.name), *job.wildcards))
    return [
        Job(
            workflow.dag.jobid(job),
            origin.rule,
            origin.name,
            log=str(job.log[0]),
            stale=workflow.dag.needrun(job),
            settings=origin.settings,
            outputs=tuple(map(str, job.output)),
            identities=identities_of(job, origin.rule),
        )
        for job, origin in zip(jobs, map(origin_of, jobs))
    ]


def planned_pages():
    """Return the jobs of this run, done or not, that write its report."""
    return [job for job in workflow.dag.jobs if job.rule.name == "write_report"]
