"""What the page says of how it was made."""

import dataclasses

from minicolumn.report.sections.provenance import changes


def test_addresses_and_directories_are_not_printed(make_results, plain_page):
    results = make_results()
    recordings = {
        **results.config["recordings"],
        "cache": {"directory": "/home/someone/data"},
        "fetched": {"directory": "/scratch/x", "at_once": 4},
        "s3": {"url": "https://mirror.example.org/ecephys"},
        "nwb": {"files": {"1": "/home/someone/1.nwb"}, "invalid": None},
        "other": {"files": {"1": "/home/someone/1.mat"}},
    }
    config = {
        **results.config,
        "recordings": recordings,
        "extensions": ["/home/someone/mine.py"],
    }

    text = plain_page(dataclasses.replace(results, config=config, defaults=config))

    assert "someone" not in text
    assert "mirror.example.org" not in text
    assert "/scratch" not in text


def test_values_that_are_not_the_defaults_are_listed():
    defaults = {"run": "a", "circuits": {"count": 5000, "levels": [0, 1]}, "old": 1}
    config = {"run": "b", "circuits": {"count": 96, "levels": [0, 1]}, "new": 2}
    assert changes(config, defaults) == [
        ("circuits.count", 5000, 96),
        ("new", None, 2),
        ("old", 1, None),
        ("run", "a", "b"),
    ]
