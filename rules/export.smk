"""Export the run as a data set in open formats: snakemake export.

Makes <results>/export/: the published layout (one archive of circuits per mechanism,
epochs, checkpoints), the tables as Parquet, their schema, a data set card, Croissant
metadata, and checksums.
"""

# The tables of an export, each gathered from its parts.
EXPORTED = {
    "circuits": expand("<results>/circuits/shard-{shard}.parquet", shard=SHARDS),
    "simulated_statistics": expand(
        "<results>/statistics/simulated/{mechanism}/shard-{shard}.parquet",
        mechanism=MECHANISMS,
        shard=SHARDS,
    ),
    "recorded_statistics": expand(
        "<results>/statistics/recorded/{session}.parquet", session=RECORDINGS
    ),
    "epochs": expand("<results>/epochs/{session}.parquet", session=RECORDINGS),
    "sessions": expand("<results>/sessions/{session}.parquet", session=RECORDINGS),
    "epoch_counts": expand(
        "<results>/sensitivity/{session}.parquet", session=RECORDINGS
    ),
    "predictions": ["<results>/prediction/predictions.parquet"],
}


rule export:
    """Write circuits, epochs, models, and tables as a data set with a card."""
    input:
        **EXPORTED,
        surrogates=expand(
            "<results>/surrogates/{training_set}/{architecture}",
            training_set=TRAINING_SETS,
            architecture=ARCHITECTURES,
        ),
        scores="<results>/prediction/scores.json",
    output:
        expand("<results>/export/{variant}_circuits.tar.gz", variant=VARIANTS.values()),
        expand("<results>/export/{what}.tar.gz", what=("allen_epochs", "checkpoints")),
        expand("<results>/export/data/{table}.parquet", table=EXPORTED),
        expand("<results>/export/{what}.json", what=("scores", "schema", "croissant")),
        expand("<results>/export/{what}.md", what=("SCHEMA", "README")),
        checksums="<results>/export/SHA256SUMS",
    log:
        "<logs>/export.log",
    params:
        run=dict(
            name=cfg.run,
            title=cfg.export.title,
            own_license=cfg.export.license,
            seed=cfg.seed,
            levels=cfg.acetylcholine.levels,
            duration_s=cfg.simulation.duration_s,
            n_units=cfg.statistics.n_units,
            imported=cfg.circuits.are_imported,
        ),
        tables=list(EXPORTED),
        code=code("export"),
    script:
        "../workflow_scripts/export.py"
