"""Read recordings of any other kind, with what an extension adds."""


rule extract_other_recording:
    """Read one file as the extension reads it."""
    input:
        nwb_of,
    output:
        units="<results>/recordings/{session}/units.parquet",
        speed="<results>/recordings/{session}/speed.parquet",
        intervals="<results>/recordings/{session}/intervals.parquet",
    log:
        "<logs>/extract_other_recording/{session}.log",
    params:
        source=cfg.recordings.source,
        code=code("extract_other_recording"),
    script:
        "../workflow_scripts/extract_other_recording.py"
