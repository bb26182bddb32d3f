"""Export the run as a data set in open formats: snakemake export.

Makes <results>/export/: the published layout (one archive of circuits per mechanism,
epochs, checkpoints), the tables as Parquet, their schema, a data set card, Croissant
metadata, and checksums.
"""


rule export:
    """Write circuits, epochs, models, and tables as a data set with a card."""
    input:
        **EXPORTED,
        surrogates=ALL_SURROGATES,
        scores=SCORES,
    output:
        EXPORTED_ARCHIVES,
        EXPORTED_TABLES,
        EXPORTED_DOCUMENTS,
        checksums=EXPORTED_CHECKSUMS,
    log:
        "<logs>/export.log",
    benchmark:
        "<results>/benchmarks/export.tsv"
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
            family=cfg.circuits.family,
        ),
        tables=list(EXPORTED),
        code=code("export"),
    script:
        "../workflow_scripts/export.py"
