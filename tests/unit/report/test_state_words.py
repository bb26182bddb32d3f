import dataclasses
import re

from minicolumn.report.state_words import StateWords

LABELED = {"by": "intervals", "less_ach": "anesthetized", "more_ach": "awake"}


def test_mice_rest_and_run():
    words = StateWords.of({"less_ach": "stationary", "more_ach": "running"})
    assert (words.rest, words.running) == ("rest", "running")
    assert (words.at_rest, words.while_running) == ("at rest", "while running")


def test_other_states_go_by_their_names():
    words = StateWords.of(LABELED)
    assert words.names == {"stationary": "anesthetized", "running": "awake"}
    assert words.while_running == "in the awake state"


def test_the_report_names_the_states_and_speaks_of_no_others(make_results, plain_page):
    results = make_results(source="s3")
    config = {**results.config, "states": {**results.config["states"], **LABELED}}
    page = plain_page(dataclasses.replace(results, config=config))
    text = " ".join(re.sub("<[^>]*>", " ", page).split())
    assert "explains how mouse V1 changes between anesthetized and awake?" in text
    assert "observed change from anesthetized to awake" in text
    assert "Anesthetized and awake differ by more than acetylcholine." in text
    assert "one bout of each" in text
    assert not re.findall(
        r".{40}(?:while running|running epochs|rest to running).{40}", text
    )
