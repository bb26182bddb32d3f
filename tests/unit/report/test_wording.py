"""How numbers are written for people."""

import pytest

from minicolumn.report import wording
from minicolumn.report.wording import MISSING


@pytest.mark.parametrize("value", [None, float("nan")])
def test_undefined_is_a_dash_everywhere(value):
    writers = (
        wording.number, wording.percent, wording.points, wording.p_value,
        wording.decimals,
    )  # fmt: skip
    assert {write(value) for write in writers} == {MISSING}
    assert wording.interval(None) == MISSING
    assert wording.limits(None) == wording.points_limits(None) == MISSING
    assert wording.p_equals(value) == f"= {MISSING}"


def test_numbers_are_written_for_people():
    assert wording.number(1234) == "1,234"
    assert wording.number(0.0) == wording.number(-0.0) == "0"
    assert wording.number(-0.123456) == "\N{MINUS SIGN}0.123"
    assert wording.decimals(-0.001) == "0.00"
    assert wording.percent(0.5) == "50.0 %"
    assert wording.points(-0.25) == "\N{MINUS SIGN}25.0"
    assert wording.limits((-0.5, 1.0)) == "\N{MINUS SIGN}0.50 to 1.00"
    assert wording.points_limits((-0.25, 0.1)) == "\N{MINUS SIGN}25.0 to +10.0"
    assert wording.p_value(1e-9) == "< 0.0001"
    assert wording.p_equals(1e-9) == "< 0.0001"
    assert wording.p_equals(0.25) == "= 0.25"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.counted(1, "mouse", "mice") == "1 mouse"
    assert wording.counted(2, "mouse", "mice") == "2 mice"
