"""Where the Allen Institute's sessions can be downloaded from.

The archives were not reachable during development. Addresses and responses follow their
own clients (AllenSDK 2.16.2 for the warehouse, dandi-cli for DANDI, public code that
reads the bucket), and were tested against stand-in servers.
"""

from typing import Any
from urllib.parse import quote, urljoin

from minicolumn.config.recordings import Dandi, Recordings
from minicolumn.errors import FetchError
from minicolumn.recordings.catalog import Session, session_nwb
from minicolumn.recordings.download.fetch import RemoteFile
from minicolumn.recordings.download.server import Patience, Server

DANDISETS = {"brain_observatory_1.1": "000021", "functional_connectivity": "000022"}


def remote_file(
    recordings: Recordings, session: Session, patience: Patience | None = None
) -> RemoteFile:
    """Return the address of a session's NWB file, with size and digest if known.

    ``patience`` is for an archive that must be queried first.

    Raises
    ------
    FetchError
        If the archive does not answer or does not have the session.
    ValueError
        If sessions are not downloaded from this source.
    """
    patience = patience or Patience()
    match recordings.source:
        case "s3":
            nwb = session_nwb(session.session_id)
            return RemoteFile(f"{recordings.s3.url}/{nwb}", session.nwb_bytes)
        case "dandi":
            return _in_dandi(recordings.dandi, session, patience)
        case "warehouse":
            return _in_warehouse(recordings.warehouse.url, session, patience)
        case source:
            raise ValueError(f"sessions are not downloaded from the source {source!r}")


def _in_dandi(dandi: Dandi, session: Session, patience: Patience) -> RemoteFile:
    """Query the archive for the asset, then for its digest."""
    # The catalog has the size of this copy, so another size means another file.
    api, dandiset = dandi.url, DANDISETS[session.session_type]
    found = (
        f"{api}/dandisets/{dandiset}/versions/{dandi.version}/assets/"
        f"?path={quote(session.dandi_path, safe='')}"
    )
    with Server(api, patience) as server:
        assets = _field(server.json(found), "results", found)
        ids = [a["asset_id"] for a in assets if a.get("path") == session.dandi_path]
        if len(ids) != 1:
            raise FetchError(
                f"{found} lists {len(ids)} files {session.dandi_path}, not one: check "
                "recordings.dandi or choose another recordings.source"
            )
        about = f"{api}/assets/{ids[0]}/"
        digests = _field(server.json(about), "digest", about)
    return RemoteFile(
        f"{api}/assets/{ids[0]}/download/",
        session.nwb_bytes,
        digests.get("dandi:sha2-256"),
    )


def _in_warehouse(url: str, session: Session, patience: Patience) -> RemoteFile:
    """Query the warehouse for the session's well-known file."""
    criteria = (
        "model::WellKnownFile,rma::criteria,well_known_file_type[name$eq'EcephysNwb']"
        "[attachable_type$eq'EcephysSession']"
        f"[attachable_id$eq{session.session_id}]"
    )
    query = f"{url}/api/v2/data/query.json?criteria={quote(criteria, safe=':,$[]')}"
    with Server(url, patience) as server:
        files = _field(server.json(query), "msg", query)
    if not isinstance(files, list) or len(files) != 1:
        raise FetchError(
            f"{query} answered with {files!r:.200}, not with one file: check "
            "recordings.warehouse.url or choose another recordings.source"
        )
    return RemoteFile(urljoin(f"{url}/", _field(files[0], "download_link", query)))


def _field(answer: Any, name: str, url: str) -> Any:
    if not isinstance(answer, dict) or name not in answer:
        raise FetchError(
            f"{url} answered without {name!r}: {answer!r:.200}. The archive may have "
            "changed: choose another recordings.source"
        )
    return answer[name]
