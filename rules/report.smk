"""Write what was found, for people.

Makes <results>/report.html: one self-contained page, and <results>/figures: each of its
figures as SVG and PDF.
"""

# Archives hold no spikes: there is no raster to show, but what did not fit.
SIMULATED_OR_IMPORTED = (
    {
        "made": ["<results>/circuits/shard-0000.parquet"],
        "refused": "<results>/circuits/refused.parquet",
    }
    if cfg.circuits.are_imported
    else {
        "example": [f"<results>/simulations/combined/shard-{SHARDS[0]}.parquet"],
        "made": expand(
            "<results>/simulations/{mechanism}/shard-{shard}.parquet",
            mechanism=MECHANISMS,
            shard=SHARDS[0],
        ),
    }
)


rule write_report:
    """Write the report."""
    input:
        **SIMULATED_OR_IMPORTED,
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
        scoreboards=expand(
            "<results>/surrogate_scores/{training_set}.json",
            training_set=TRAINING_SETS,
        ),
        recorded=expand(
            "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
        ),
        sessions=expand("<results>/sessions/{session}.parquet", session=RECORDINGS),
        epoch_counts=expand(
            "<results>/sensitivity/{session}.parquet", session=RECORDINGS
        ),
        units=expand("<results>/recordings/{session}/units.parquet", session=RECORDINGS),
        speed=expand("<results>/recordings/{session}/speed.parquet", session=RECORDINGS),
        intervals=expand(
            "<results>/recordings/{session}/intervals.parquet", session=RECORDINGS
        ),
        epochs=expand("<results>/epochs/{session}.parquet", session=RECORDINGS),
        predictions="<results>/prediction/predictions.parquet",
        domain="<results>/domain/domain.parquet",
        domain_cohort="<results>/domain/domain.json",
        rate_matching="<results>/prediction/rate_matching.parquet",
        observed="<results>/prediction/observed.parquet",
        scores="<results>/prediction/scores.json",
        mechanism="<results>/inference/mechanism.json",
        learned="<results>/inference/mechanism_model.json",
        posterior="<results>/inference/posterior",
        posterior_checks="<results>/inference/posterior.json",
        circuits="<results>/inference/posterior_samples.parquet",
        predictive="<results>/prediction/predictive_checks.parquet",
    output:
        page=report(
            "<results>/report.html",
            caption="captions/report.rst",
            category="Report",
            labels={"what": "the report"},
        ),
        figures=directory("<results>/figures"),
    log:
        "<logs>/write_report.log",
    params:
        # Where recordings came from concerns machines and people, not the reader.
        config=cfg.model_dump(
            mode="json",
            exclude={
                "extensions": True,
                "circuits": {"archives": {"files"}},
                "recordings": {
                    **dict.fromkeys(ADDRESSES, True),
                    **dict.fromkeys(FILES_IN, {"files"}),
                },
            },
        ),
        code=code("write_report"),
    script:
        "../workflow_scripts/write_report.py"
