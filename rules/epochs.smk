"""Find the windows of every recording that are in one of its two states.

Makes <results>/epochs/{session}.parquet; <results>/sessions/{session}.parquet, one row
with the session's outcome; and <results>/sensitivity/{session}.parquet, how many epochs
other rules would find.
"""


rule find_epochs:
    """Cut one session into windows of length T in one of its two states."""
    input:
        **RECORDING,
    output:
        epochs=EPOCHS,
        session=SESSION,
    log:
        "<logs>/find_epochs/{session}.log",
    benchmark:
        "<results>/benchmarks/find_epochs/{session}.tsv"
    params:
        units=cfg.recordings.units.model_dump(),
        epochs=cfg.epochs.model_dump(),
        states=cfg.states.named(),
        window_s=cfg.simulation.duration_s,
        n_units=cfg.statistics.n_units,
        seed=cfg.seed,
        code=code("find_epochs"),
    script:
        "../workflow_scripts/find_epochs.py"


rule count_epochs:
    """Count the epochs that other thresholds and window lengths would find."""
    input:
        **RECORDING,
    output:
        EPOCH_COUNTS,
    log:
        "<logs>/count_epochs/{session}.log",
    benchmark:
        "<results>/benchmarks/count_epochs/{session}.tsv"
    params:
        units=cfg.recordings.units.model_dump(),
        epochs=cfg.epochs.model_dump(),
        states=cfg.states.named(),
        window_s=cfg.simulation.duration_s,
        sensitivity=cfg.sensitivity.model_dump(),
        code=code("count_epochs"),
    script:
        "../workflow_scripts/count_epochs.py"
