"""Predict how each session changes from rest to running, and score that.

Makes <results>/transfer/changes.parquet: one row per session, model and statistic; and
<results>/transfer/scores.json: matches, intervals, p-values.
"""


rule predict_changes:
    """Predict each session's change with every surrogate, beside what it did."""
    input:
        circuits=expand("<results>/circuits/shard-{shard}.parquet", shard=SHARDS),
        simulated=expand(
            "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
            mechanism=MECHANISMS,
            shard=SHARDS,
        ),
        surrogates=expand(
            "<results>/surrogates/{training_set}/{architecture}",
            training_set=TRAINING_SETS,
            architecture=ARCHITECTURES,
        ),
        recorded=expand(
            "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
        ),
        sessions=expand("<results>/sessions/{session}.parquet", session=RECORDINGS),
    output:
        "<results>/transfer/changes.parquet",
    log:
        "<logs>/predict_changes.log",
    params:
        states=cfg.states.model_dump(),
        nearest_circuits=cfg.transfer.nearest_circuits,
        per_state_at_least=cfg.epochs.per_state_at_least,
        code=code("predict_changes", "minicolumn.transfer", "minicolumn.surrogate"),
    script:
        "../workflow_scripts/predict_changes.py"


rule score_transfer:
    """Score predicted against observed directions, with the best constant beside."""
    input:
        changes="<results>/transfer/changes.parquet",
        truth=synthetic_truth("<results>/recordings"),
    output:
        "<results>/transfer/scores.json",
    log:
        "<logs>/score_transfer.log",
    params:
        code=code("score_transfer", "minicolumn.transfer"),
    script:
        "../workflow_scripts/score_transfer.py"
