"""The section on acetylcholine within sessions."""

from minicolumn.report.sections.dose_response import content, said
from minicolumn.scoring.dose_response import SCOPES, DoseResponses, Followed
from minicolumn.statistics.names import STATISTIC_NAMES


def followed(scope, statistic, rho, p_max):
    interval = None if rho is None else (rho - 0.1, rho + 0.1)
    return Followed(scope, statistic, 6, 5, 2, rho, interval, p_max, p_max)


def test_without_a_pupil_there_is_no_such_section(results, plain_page):
    assert content(results) is None
    assert "Acetylcholine within sessions" not in plain_page(results)


def test_the_table_has_all_statistics_and_the_page_says_that_it_is_a_proxy(
    make_results, plain_page
):
    every = [followed(s, name, 0.2, 0.5) for s in SCOPES for name in STATISTIC_NAMES]
    every[0] = followed(SCOPES[0], STATISTIC_NAMES[0], -0.4, 0.01)
    every[1] = followed(SCOPES[0], STATISTIC_NAMES[1], None, None)
    found = DoseResponses({"pupil": 0.5, "speed": 0.5}, (6, 7), tuple(every))
    page = plain_page(make_results(dose_response=found))
    section = page[page.index('id="dose_response"') :]
    section = section[: section.index("</details>")]
    assert section.count('<td class="stat"') == len(STATISTIC_NAMES)
    assert "<b>proxy</b>" in section
    assert "mean over 6 of 7 scored" in section
    assert ">2 of 5<" in section  # alone: of those with enough epochs
    assert "Over all epochs, mean rate (down) can be said" in section
    assert "Within states, no statistic can be said" in section


def test_no_session_is_said():
    assert said(()) == "No session has an index in enough epochs."
