"""Bring every recording into one neutral form, whoever made it.

Needs NWB files: fetched from the Allen Institute, found in the user's own cache, a
lab's own, or written by synthetic mice (config: recordings.source).
Makes <results>/recordings/{session}/{units,speed,intervals}.parquet.
The rules that run AllenSDK or pynwb call the interpreter of an environment of its own.
Where that and the checkout lie is no parameter: moving the checkout must not rerun
anything.
"""


def nwb_of(wildcards):
    """Return the NWB file of a session."""
    return RECORDINGS[int(wildcards.session)]


# Fetches at a time; --resources downloads=N goes before.
if "downloads" not in workflow.global_resources:
    workflow.register_resource("downloads", cfg.recordings.fetched.at_once)


localrules:
    fetch_session,


# The address is no parameter: another mirror must not fetch finished files again. The
# output is a link: Snakemake deletes outputs, and the file serves other runs too.
rule fetch_session:
    """Fetch one session from the Allen Institute or DANDI; resumes after a break."""
    output:
        f"<results>/{FETCHED}",
    log:
        "<logs>/fetch_session/{session}.log",
    resources:
        downloads=1,
    script:
        "../workflow_scripts/fetch_session.py"


rule simulate_mice:
    """Let held-out circuits with a known mechanism rest and run."""
    output:
        "<results>/recordings/synthetic_mice.parquet",
    log:
        "<logs>/simulate_mice.log",
    resources:
        gpu=1,
    params:
        mice=cfg.recordings.synthetic.model_dump(),
        ranges=cfg.cohort.ranges(),
        physics=cfg.physics(),
        code=code("simulate_mice"),
    script:
        "../workflow_scripts/simulate_mice.py"


rule write_synthetic_sessions:
    """Write the synthetic mice as NWB sessions, with AllenSDK's own writers."""
    input:
        "<results>/recordings/synthetic_mice.parquet",
    output:
        list(synthetic_files(cfg.recordings, f"results/{cfg.run}").values()),
    log:
        "<logs>/write_synthetic_sessions.log",
    conda:
        "../envs/allen.conda.yaml"
    params:
        directory=f"results/{cfg.run}/{SYNTHETIC_CACHE}",
        seed=cfg.seed,
        code=code("write_synthetic_sessions"),
    shell:
        "{ALLEN_PYTHON} {SCRIPTS:q}/write_synthetic_sessions.py"
        " {input:q} {params.directory:q} {params.seed} {log:q} 2>> {log:q}"


# Three rules make the same tables: a run has one source.
READER = "other" if cfg.recordings.are_added else "allen"
READER = "own" if cfg.recordings.source == "nwb" else READER


include: f"{READER}_recordings.smk"
