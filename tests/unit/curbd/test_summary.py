import numpy as np
import pyarrow as pa
import pytest

from minicolumn.curbd.figure import currents_figure
from minicolumn.curbd.summary import Currents, summarize
from minicolumn.files.documents import read_document, write_document
from minicolumn.files.tables import CURRENTS
from minicolumn.report.style import saved


@pytest.fixture
def table():
    """Return seven sessions in which running adds .1 to the share of FS."""
    rng = np.random.default_rng(1)
    rows = [
        dict.fromkeys(CURRENTS.names, 0.5)
        | {"session_id": session, "state": state, "network": network}
        | {"compared": "stationary to running"}
        | {"target": target, "source": source, "n_target": 5, "n_source": 5}
        | {"share": offset + 0.1 * (state == "running") * (source == "FS")}
        for session, offset in enumerate(rng.uniform(0.3, 0.6, 7))
        for state in ("stationary", "running")
        for network in range(3)
        for target in ("FS", "RS")
        for source in ("FS", "RS")
    ]
    return pa.Table.from_pylist(rows, schema=CURRENTS.arrow())


def test_a_change_in_all_sessions_is_found_and_no_other(tmp_path, table):
    found = summarize(table)
    assert (found.n_sessions, found.n_networks) == (7, 3)
    assert set(found.flows) == {
        f"{target} from {source}" for target in ("FS", "RS") for source in ("FS", "RS")
    }
    flow = found.flows["RS from FS"]
    assert flow.change.low == pytest.approx(0.1)
    assert flow.p == pytest.approx(2 / 2**7)
    assert found.flows["RS from RS"].p is None
    write_document(tmp_path / "currents.json", found)
    assert read_document(tmp_path / "currents.json", Currents) == found
    assert b"RS from FS" in saved(currents_figure(table), "svg")


def test_without_sessions_nothing_is_claimed():
    none = CURRENTS.arrow().empty_table()
    assert summarize(none).flows == {}
    assert b"no session" in saved(currents_figure(none), "svg")
