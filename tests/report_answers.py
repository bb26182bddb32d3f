"""Made-up answers about mechanisms, as the report reads them."""

import json

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.report.results import document


def _probability(named, p):
    return dict.fromkeys(CLASSES, (1 - p) / 3) | {named: p}


def session(id_, named, p, claim, published="synaptic"):
    return {
        "session_id": id_, "probability": _probability(named, p), "claim": claim,
        "published": published,
    }  # fmt: skip


def cohort(name, named, p, claim, n=4):
    return {"name": name, "n": n, "probability": _probability(named, p), "claim": claim}


def answers(sessions, cohorts, truth):
    found = {"sessions": sessions, "cohorts": cohorts, "truth": truth}
    return document(json.dumps(found))
