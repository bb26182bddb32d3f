"""Which mechanisms do what acetylcholine was found to do."""

import numpy as np
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.sections.published_signs import count, sign_rows
from minicolumn.scoring.published_signs import SIGNS
from minicolumn.statistics.names import STATISTIC_NAMES

STATES = {"stationary": 0.2, "running": 0.8}


def world(slopes, n_circuits=20):
    """Circuits whose every statistic changes with the level, by mechanism."""
    return pd.DataFrame(
        [
            {"circuit_id": circuit, "mechanism": mechanism, "level": level}
            | dict.fromkeys(STATISTIC_NAMES, circuit + slope * level)
            for mechanism, slope in slopes.items()
            for circuit in range(n_circuits)
            for level in (0.0, 0.2, 0.8)
        ]
    )


def test_each_mechanism_is_compared_with_each_effect():
    slopes = dict(zip(MECHANISMS, (-1.0, 1.0, 0.0), strict=True))
    rows = sign_rows(world(slopes), STATES)
    assert [row.published for row in rows] == list(SIGNS)
    for row in rows:
        said = [one.reproduced for one in row.simulated.values()]
        if row.published.statistic is None:
            assert said == ["not scored"] * 3
        elif row.published.sign < 0:
            assert said == ["yes", "opposite", "undecided"]
        else:
            assert said == ["opposite", "yes", "undecided"]
    np.testing.assert_allclose(rows[0].simulated[MECHANISMS[0]].median, -0.6)


def test_effects_that_are_not_of_acetylcholine_alone_do_not_count():
    slopes = dict.fromkeys(MECHANISMS, -1.0)
    assert count(sign_rows(world(slopes), STATES)) == dict.fromkeys(MECHANISMS, (3, 3))


def test_few_circuits_show_nothing():
    rows = sign_rows(world(dict.fromkeys(MECHANISMS, -1.0), n_circuits=5), STATES)
    assert count(rows) == dict.fromkeys(MECHANISMS, (0, 3))


def test_the_page_says_what_each_mechanism_reproduces(plain_page, make_results):
    text = plain_page(make_results())
    assert "reproduces" in text
    assert "Goard &amp; Dan 2009" in text
