"""Describe simulations and recordings with the same 11 statistics.

Makes <results>/statistics/simulated/{mechanism}/shard-*.parquet and
<results>/statistics/recorded/{session}.parquet. From here on a simulated run and a
recorded window are the same kind of thing. `snakemake sidecars` also makes
<results>/nwb/{session}.nwb.
"""

if cfg.circuits.are_imported:

    ruleorder: import_circuits > describe_simulations

elif cfg.simulation.keep_spikes:

    ruleorder: describe_simulations > simulate_and_describe

else:

    ruleorder: simulate_and_describe > describe_simulations


rule describe_simulations:
    """Describe every simulation of one shard."""
    input:
        SIMULATIONS,
    output:
        SIMULATED_STATISTICS,
    log:
        "<logs>/describe_simulations/{mechanism}-{shard}.log",
    benchmark:
        "<results>/benchmarks/describe_simulations/{mechanism}-{shard}.tsv"
    params:
        matching=cfg.statistics.model_dump(),
        seed=cfg.seed,
        code=code("describe_simulations"),
    script:
        "../workflow_scripts/describe_simulations.py"


rule describe_recordings:
    """Describe every window of one session."""
    input:
        units=UNITS,
        epochs=EPOCHS,
    output:
        RECORDED_STATISTICS,
    log:
        "<logs>/describe_recordings/{session}.log",
    benchmark:
        "<results>/benchmarks/describe_recordings/{session}.tsv"
    params:
        units=cfg.recordings.units.model_dump(),
        matching=cfg.statistics.model_dump(),
        seed=cfg.seed,
        code=code("describe_recordings"),
    script:
        "../workflow_scripts/describe_recordings.py"


rule write_sidecar:
    """Write the epochs and statistics of one session as NWB, beside its recording."""
    input:
        nwb=nwb_of,
        epochs=EPOCHS,
        statistics=RECORDED_STATISTICS,
    output:
        SIDECAR,
    log:
        "<logs>/write_sidecar/{session}.log",
    benchmark:
        "<results>/benchmarks/write_sidecar/{session}.tsv"
    params:
        code=code("write_sidecar"),
    script:
        "../workflow_scripts/write_sidecar.py"
