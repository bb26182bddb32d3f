"""Where the Allen Institute's sessions, and labs' on DANDI, can be fetched from.

The archives were not reachable during development. Addresses and responses follow their
own clients (AllenSDK 2.16.2 for the warehouse, dandi-cli for DANDI, public code that
reads the bucket), and were tested against stand-in servers.
"""

from typing import Any, NamedTuple
from urllib.parse import quote, urljoin

from minicolumn.config.recordings import Dandi, Recordings
from minicolumn.errors import FetchError
from minicolumn.recordings.catalog import Session, session, session_nwb
from minicolumn.recordings.download.fetch import RemoteFile
from minicolumn.recordings.download.server import Patience, Server

DANDISETS = {"brain_observatory_1.1": "000021", "functional_connectivity": "000022"}


class Asset(NamedTuple):
    """A file in a version of a dandiset, and its size if the catalog has it."""

    dandiset: str
    version: str
    path: str
    n_bytes: int | None = None


def remote_file(
    recordings: Recordings, session_id: int, patience: Patience | None = None
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
            url = f"{recordings.s3.url}/{session_nwb(session_id)}"
            return RemoteFile(url, session(session_id).nwb_bytes)
        case "dandi":
            asset = _released(recordings.dandi, session(session_id))
            return _in_dandi(recordings.dandi.url, asset, patience)
        case "warehouse":
            return _in_warehouse(recordings.warehouse.url, session_id, patience)
        case "nwb" if recordings.are_in_dandiset:
            dandiset, path = recordings.nwb.dandiset, recordings.nwb.files[session_id]
            asset = Asset(str(dandiset.number), dandiset.version, path.as_posix())
            return _in_dandi(recordings.dandi.url, asset, patience)
        case source:
            raise ValueError(f"sessions are not downloaded from the source {source!r}")


def _released(dandi: Dandi, one: Session) -> Asset:
    """Return a session of the catalog, of which another size means another file."""
    dandiset = DANDISETS[one.session_type]
    return Asset(dandiset, dandi.version, one.dandi_path, one.nwb_bytes)


def _in_dandi(api: str, asset: Asset, patience: Patience) -> RemoteFile:
    """Query the archive for the asset, then for its digest."""
    found = (
        f"{api}/dandisets/{asset.dandiset}/versions/{asset.version}/assets/"
        f"?path={quote(asset.path, safe='')}"
    )
    with Server(api, patience) as server:
        assets = _field(server.json(found), "results", found)
        same = [one for one in assets if one.get("path") == asset.path]
        if len(same) != 1:
            raise FetchError(
                f"{found} lists {len(same)} files {asset.path}, not one: check "
                "recordings.dandi, and recordings.nwb.files if the files are your own"
            )
        about = f"{api}/assets/{same[0]['asset_id']}/"
        digests = _field(server.json(about), "digest", about)
    return RemoteFile(
        f"{about}download/",
        asset.n_bytes or same[0].get("size"),
        digests.get("dandi:sha2-256"),
    )


def _in_warehouse(url: str, session_id: int, patience: Patience) -> RemoteFile:
    """Query the warehouse for the session's well-known file."""
    criteria = (
        "model::WellKnownFile,rma::criteria,well_known_file_type[name$eq'EcephysNwb']"
        "[attachable_type$eq'EcephysSession']"
        f"[attachable_id$eq{session_id}]"
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
