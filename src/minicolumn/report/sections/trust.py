"""How far the answer can be trusted: calibration, domain, known mechanisms."""

from typing import Any

from minicolumn.report.recoveries import recoveries
from minicolumn.report.results import Results
from minicolumn.report.sections.domain import domain_sentence


def content(results: Results) -> dict[str, Any]:
    """Return what is known of the answers; the figures are of other sections."""
    return {
        "sentence": domain_sentence(results.domain_cohort),
        "learned": results.learned,
        "recoveries": recoveries(results.mechanism),
    }
