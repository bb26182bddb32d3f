"""What the archives are asked, and what their answers become; against stand-ins."""

import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from minicolumn.config.recordings import Recordings
from minicolumn.errors import FetchError
from minicolumn.recordings.catalog import session
from minicolumn.recordings.download.fetch import fetch
from minicolumn.recordings.download.ranges import RangeFile
from minicolumn.recordings.download.server import Patience
from minicolumn.recordings.download.sources import remote_file

HASTE = Patience(tries=2, backoff_s=0.0)
BO, FC = session(715093703), session(847657808)
PAYLOAD = b"what the archive holds"
SHA256 = hashlib.sha256(PAYLOAD).hexdigest()
LINK = "/api/v2/well_known_file_download/1026124469"


@pytest.fixture
def recordings(cfg, server):
    def of(source):
        values = cfg.recordings.model_dump()
        for archive in ("s3", "dandi", "warehouse"):
            values[archive]["url"] = f"{server.address}/{archive}"
        return Recordings(**{**values, "source": source})

    return of


def dandi_answers(server, one, dandiset):
    """Answer as the archive does: a page of assets, then one asset's metadata."""
    listed = {"asset_id": "abc", "path": one.dandi_path, "size": one.nwb_bytes}
    other = {"asset_id": "other", "path": f"{one.dandi_path}.bak", "size": 1}
    about = {"contentSize": one.nwb_bytes, "digest": {"dandi:sha2-256": SHA256}}
    path = one.dandi_path.replace("/", "%2F")
    found = f"/dandi/dandisets/{dandiset}/versions/draft/assets/?path={path}"
    server.json = {
        found: json.dumps({"count": 2, "results": [listed, other]}).encode(),
        "/dandi/assets/abc/": json.dumps(about).encode(),
    }


def test_the_bucket_has_allensdks_layout(recordings, server):
    remote = remote_file(recordings("s3"), BO.session_id)
    assert remote.url == (
        f"{server.address}/s3/session_715093703/session_715093703.nwb"
    )
    assert remote.n_bytes == BO.nwb_bytes
    assert server.paths == []


@pytest.mark.parametrize(("one", "dandiset"), [(BO, "000021"), (FC, "000022")])
def test_dandi_is_asked_for_the_asset_its_size_and_digest(
    recordings, server, one, dandiset
):
    dandi_answers(server, one, dandiset)
    remote = remote_file(recordings("dandi"), one.session_id, HASTE)
    assert remote.url == f"{server.address}/dandi/assets/abc/download/"
    assert (remote.n_bytes, remote.sha256) == (one.nwb_bytes, SHA256)


@pytest.fixture
def lab(cfg, server):
    """A lab's own set, of which no catalog has a size."""
    values = cfg.recordings.model_dump()
    values["nwb"]["dandiset"] = {"number": "000409", "version": "0.240507.1204"}
    values["nwb"]["files"] = {7: "sub-KS014/sub-KS014_ses-1.nwb"}
    values["units"] |= {"amplitude_cutoff_below": None}
    values["dandi"]["url"] = f"{server.address}/dandi"
    listed = {"asset_id": "abc", "path": "sub-KS014/sub-KS014_ses-1.nwb", "size": 22}
    found = "/dandi/dandisets/000409/versions/0.240507.1204/assets/?path="
    server.json = {
        f"{found}sub-KS014%2Fsub-KS014_ses-1.nwb": json.dumps({"results": [listed]}),
        "/dandi/assets/abc/": json.dumps({"digest": {"dandi:sha2-256": SHA256}}),
    }
    server.json = {path: text.encode() for path, text in server.json.items()}
    return Recordings(**{**values, "source": "nwb"})


def test_a_labs_set_is_asked_by_its_number(lab, server):
    remote = remote_file(lab, 7, HASTE)
    assert remote.url == f"{server.address}/dandi/assets/abc/download/"
    assert (remote.n_bytes, remote.sha256) == (len(PAYLOAD), SHA256)


def test_an_asset_is_fetched_through_the_archives_redirect(lab, server, tmp_path):
    """DANDI answers a download with the address of the blob."""
    redirect = (302, {"Location": f"{server.address}/blob"})
    server.statuses = [redirect]
    remote = remote_file(lab, 7, HASTE)
    fetch(remote, tmp_path / "session.nwb", HASTE)
    assert (tmp_path / "session.nwb").read_bytes() == PAYLOAD
    assert server.paths[-2:] == ["/dandi/assets/abc/download/", "/blob"]
    server.statuses = [redirect]
    with RangeFile(remote, tmp_path / "blocks", HASTE) as file:
        assert file.read() == PAYLOAD


def test_an_asset_that_is_another_file_is_refused(recordings, server, tmp_path):
    dandi_answers(server, FC, "000022")
    remote = remote_file(recordings("dandi"), FC.session_id, HASTE)
    with pytest.raises(FetchError, match=f"but {FC.nwb_bytes} are expected"):
        fetch(remote, tmp_path / "session.nwb", HASTE)


def test_the_warehouse_is_asked_as_allensdk_asks_it(recordings, server):
    server.json = Everything({"success": True, "msg": [{"download_link": LINK}]})
    remote = remote_file(recordings("warehouse"), BO.session_id, HASTE)
    assert remote.url == f"{server.address}{LINK}"
    (asked,) = server.paths
    assert urlsplit(asked).path == "/warehouse/api/v2/data/query.json"
    assert parse_qs(urlsplit(asked).query)["criteria"] == [
        "model::WellKnownFile,rma::criteria,"
        "well_known_file_type[name$eq'EcephysNwb']"
        "[attachable_type$eq'EcephysSession'][attachable_id$eq715093703]"
    ]


class Everything(dict):
    """One answer to every path."""

    def __init__(self, answer):
        self.answer = json.dumps(answer).encode()

    def __contains__(self, path):
        return True

    def __getitem__(self, path):
        return self.answer


@pytest.mark.parametrize(
    ("source", "answer", "said"),
    [
        ("dandi", {"results": []}, r"lists 0 files sub-.*check recordings.dandi"),
        ("dandi", {"detail": "no"}, r"answered without 'results'"),
        ("dandi", [], r"answered without 'results'"),
        ("warehouse", {"success": False, "msg": "syntax"}, r"not with one file"),
        ("warehouse", {"msg": []}, r"with one file.*another recordings.source"),
        ("warehouse", {"msg": [{}]}, r"answered without 'download_link'"),
    ],
)
def test_an_archive_that_answers_otherwise_is_one_message(
    recordings, server, source, answer, said
):
    server.json = Everything(answer)
    with pytest.raises(FetchError, match=said):
        remote_file(recordings(source), BO.session_id, HASTE)


@pytest.mark.parametrize("source", ["dandi", "warehouse"])
@pytest.mark.parametrize(
    ("statuses", "said"),
    [([404], "answered 404"), ([503] * 9, "did not answer"), ([], "not answer with J")],
)
def test_an_archive_that_fails_is_one_message(
    recordings, server, source, statuses, said
):
    server.statuses = list(statuses)
    with pytest.raises(FetchError, match=said):
        remote_file(recordings(source), BO.session_id, HASTE)


def test_a_busy_archive_is_asked_again(recordings, server):
    dandi_answers(server, BO, "000021")
    server.busy = [503, 429]
    assert remote_file(
        recordings("dandi"), BO.session_id, Patience(tries=4, backoff_s=0.0)
    ).sha256


def test_other_sources_fetch_nothing(recordings):
    with pytest.raises(ValueError, match="not downloaded from the source 'synthetic'"):
        remote_file(recordings("synthetic"), BO.session_id)
