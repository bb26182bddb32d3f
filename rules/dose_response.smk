"""Ask whether statistics follow acetylcholine within sessions, as pupil and speed tell.

Makes in <results>/dose_response/: ach_index.parquet, the proxy of ACh in each epoch;
sessions.parquet, how each statistic follows it in each session; and dose_response.json,
what all sessions say together. The report asks for them if recordings have a pupil.
"""


rule follow_ach:
    """Compare an index of acetylcholine with every statistic, epoch by epoch."""
    input:
        **SCORED_RECORDINGS,
        epochs=ALL_EPOCHS,
    output:
        index=ACH_INDEX,
        table=report(
            DOSE_RESPONSES,
            caption="captions/dose_response.rst",
            category="Dose-response within sessions",
            labels={"what": "sessions"},
        ),
        found=report(
            DOSE_RESPONSE,
            caption="captions/dose_response.rst",
            category="Dose-response within sessions",
            labels={"what": "all"},
        ),
    log:
        "<logs>/follow_ach.log",
    benchmark:
        "<results>/benchmarks/follow_ach.tsv"
    params:
        settings=cfg.dose_response.model_dump(),
        compared=cfg.states.compared,
        n_resamples=cfg.prediction.n_resamples,
        n_permutations=cfg.prediction.n_permutations,
        seed=cfg.seed,
        code=code("follow_ach"),
    script:
        "../workflow_scripts/follow_ach.py"
