"""Convert every recording to one neutral form.

Needs one file per session: fetched from the Allen Institute or read on its server, found
in the user's own cache, a lab's own, or written by synthetic mice (config: recordings.source).
Makes <results>/recordings/{session}/{units,speed,intervals}.parquet.
AllenSDK runs in an environment of its own.
"""

import json

from minicolumn.recordings.files import asset_of
from minicolumn.recordings.readers import reader_name

# Concurrent downloads; --resources downloads=N overrides it.
if "downloads" not in workflow.global_resources:
    workflow.register_resource("downloads", cfg.recordings.fetched.at_once)


# The address is no parameter: another mirror must not fetch finished files again. The
# output is a link: Snakemake deletes outputs, and other runs use the same file.
rule fetch_session:
    """Fetch one session from the Allen Institute or DANDI; resumes after an interruption."""
    output:
        FETCHED_SESSION,
    log:
        "<logs>/fetch_session/{session}.log",
    benchmark:
        "<results>/benchmarks/fetch_session/{session}.tsv"
    localrule: True
    resources:
        downloads=1,
    script:
        "../workflow_scripts/fetch_session.py"


rule locate_session:
    """Note where a session is on its server, to be read in place."""
    output:
        LOCATED_SESSION,
    log:
        "<logs>/locate_session/{session}.log",
    benchmark:
        "<results>/benchmarks/locate_session/{session}.tsv"
    localrule: True
    resources:
        downloads=1,
    params:
        asset=lambda wildcards: asset_of(cfg.recordings, int(wildcards.session)),
        code=code("locate_session"),
    script:
        "../workflow_scripts/locate_session.py"


rule simulate_mice:
    """Let held-out circuits with a known mechanism rest and run."""
    output:
        SYNTHETIC_MICE,
    log:
        "<logs>/simulate_mice.log",
    benchmark:
        "<results>/benchmarks/simulate_mice.tsv"
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
        SYNTHETIC_MICE,
    output:
        SYNTHETIC_SESSIONS,
    log:
        "<logs>/write_synthetic_sessions.log",
    benchmark:
        "<results>/benchmarks/write_synthetic_sessions.tsv"
    conda:
        "../envs/allen.conda.yaml"
    params:
        command=command(ALLEN_PYTHON, "write_synthetic_sessions"),
        seed=cfg.seed,
        code=code("write_synthetic_sessions"),
    shell:
        "{params.command} {input:q} {params.seed} {params.code} {log:q}"
        " {output:q} 2>> {log:q}"


# Only AllenSDK needs an environment of its own.
if cfg.recordings.need_allensdk:
    READER_PYTHON, READER_CONDA = ALLEN_PYTHON, "../envs/allen.conda.yaml"
else:
    READER_PYTHON, READER_CONDA = shlex.quote(sys.executable), None


rule extract_recording:
    """Read one session and write what the rest of the workflow needs."""
    input:
        nwb_of,
    output:
        **RECORDING,
    log:
        "<logs>/extract_recording/{session}.log",
    benchmark:
        "<results>/benchmarks/extract_recording/{session}.tsv"
    conda:
        READER_CONDA
    params:
        command=command(READER_PYTHON, "extract_recording"),
        reader=reader_name(cfg.recordings.source),
        options=json.dumps(cfg.recordings.reader_options()),
        code=code("extract_recording"),
    shell:
        "{params.command} {params.reader} {params.options:q} {params.code}"
        " {input:q} {wildcards.session} {output:q} {log:q} 2>> {log:q}"
