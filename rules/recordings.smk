"""Bring every recording into one neutral form, whoever made it.

Needs NWB session files: fetched from the Allen Institute, found in the user's own
cache, or written by synthetic mice (config: recordings.source).
Makes <results>/recordings/{session}/{units,speed,intervals}.parquet.
The rules that run AllenSDK call the interpreter of its own environment. Where that and
the checkout lie is no parameter: moving the checkout must not rerun anything.
"""


def nwb_of(wildcards):
    """Return the NWB file of a session."""
    return RECORDINGS[int(wildcards.session)]


localrules:
    fetch_session,


# The address is no parameter: another mirror must not fetch finished files again.
rule fetch_session:
    """Fetch one session from the Allen Institute's bucket; resumes after a break."""
    output:
        f"{cfg.recordings.s3.directory}/session_{{session}}/session_{{session}}.nwb",
    log:
        "<logs>/fetch_session/{session}.log",
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
        states=cfg.states.model_dump(),
        physics=cfg.physics(),
        code=code(
            "simulate_mice",
            "minicolumn.mice",
            "minicolumn.shards",
            "minicolumn.circuit",
            "minicolumn.simulate",
        ),
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
    params:
        directory=f"results/{cfg.run}/{SYNTHETIC_CACHE}",
        seed=cfg.seed,
        code=code(
            "write_synthetic_sessions",
            "minicolumn.allen.synthetic",
            "minicolumn.allen.mouse",
            "minicolumn.allen.layout",
        ),
    shell:
        "{ALLEN_PYTHON:q} {SCRIPTS:q}/write_synthetic_sessions.py"
        " {input:q} {params.directory:q} {params.seed} {log:q} 2>> {log:q}"


rule extract_recording:
    """Read one session with AllenSDK and write what the rest of the workflow needs."""
    input:
        nwb_of,
    output:
        units="<results>/recordings/{session}/units.parquet",
        speed="<results>/recordings/{session}/speed.parquet",
        intervals="<results>/recordings/{session}/intervals.parquet",
    log:
        "<logs>/extract_recording/{session}.log",
    params:
        code=code("extract_recording", "minicolumn.allen.extract"),
    shell:
        "{ALLEN_PYTHON:q} {SCRIPTS:q}/extract_recording.py {input:q} {wildcards.session}"
        " {output.units:q} {output.speed:q} {output.intervals:q} {log:q} 2>> {log:q}"
