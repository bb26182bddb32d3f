"""Hostile archives: each kind is refused, and nothing is ever written."""

import gc
import gzip
import io
import os
import tarfile
import tracemalloc

import pytest

from minicolumn.circuit_archives.documents import write_archive
from minicolumn.circuit_archives.unpack import printable, read_members
from minicolumn.errors import ArchiveError

GOOD = ("good.json", b"{}")


def members(path, limits):
    return list(read_members(path, limits))


def special(name, kind, target=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry, b""


def test_json_files_are_read_in_their_order_and_others_passed_over(pack, limits):
    directory = special("circuits", tarfile.DIRTYPE)
    path = pack(
        directory, ("circuits/b.json", b"1"), ("README", b"hi"), ("a.json", b"[]")
    )
    assert members(path, limits) == [
        ("circuits/b.json", b"1", ""),
        ("a.json", b"[]", ""),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("/etc/evil.json", b"{}"), "absolute path"),
        (("C:\\evil.json", b"{}"), "absolute path"),
        (("../evil.json", b"{}"), "outside"),
        (("a/../../evil.json", b"{}"), "outside"),
        (("a/../evil.json", b"{}"), "outside its directory"),
        (special("a.json", tarfile.SYMTYPE, "/etc/passwd"), "link, to /etc/passwd"),
        (special("a.json", tarfile.LNKTYPE, "good.json"), "link, to good.json"),
        (special("a.json", tarfile.CHRTYPE), "not a regular file"),
        (special("a.json", tarfile.BLKTYPE), "not a regular file"),
        (special("a.json", tarfile.FIFOTYPE), "not a regular file"),
        (special("a.json", tarfile.GNUTYPE_SPARSE), "not a regular file"),
        (("a.json", b" " * 10_001), "10,001 bytes, more than limits.file_bytes=10,000"),
    ],
)
def test_a_hostile_member_is_refused_and_the_rest_read(
    pack, limits, tmp_path, monkeypatch, entry, said
):
    path = pack(entry, GOOD)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    refused, good = members(path, limits)
    assert said in refused.refusal
    assert refused.content == b""
    assert good == ("good.json", b"{}", "")
    assert os.listdir(work) == []


def test_a_member_is_refused_by_its_pax_name_too(pack, limits):
    long = "/" + "x" * 150 + ".json"
    (refused,) = members(pack((long, b"{}"), format=tarfile.PAX_FORMAT), limits)
    assert "absolute" in refused.refusal


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": 2}, r"more than 2 files.*limits\.files"),
        ({"total_bytes": 20_000}, r"unpacks to more than 20,000.*limits\.total_bytes"),
        ({"ratio": 3}, r"over 3 times its size.*limits\.ratio"),
    ],
)
def test_a_bomb_stops_the_reading(pack, limits, change, said):
    spaces = b" " * 9_000
    path = pack(*((f"{i}.json", os.urandom(500) + spaces) for i in range(300)))
    generous = limits.model_copy(update={"files": 300})
    assert len(members(path, generous)) == 300
    with pytest.raises(ArchiveError, match=said):
        members(path, generous.model_copy(update=change))


def test_a_member_of_a_gigabyte_of_zeros_is_never_held(limits, tmp_path):
    path = tmp_path / "bomb.tar.gz"
    head = tarfile.TarInfo("bomb.json")
    head.size = 1 << 30
    with gzip.open(path, "wb", 1) as file:
        file.write(head.tobuf())
        for _ in range(40):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(ArchiveError, match="over 100 times its size"):
        members(path, limits)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME]
)
def test_a_header_of_many_megabytes_is_never_held(limits, tmp_path, kind):
    """tarfile reads names and pax headers whole, however large they claim to be."""
    path = tmp_path / "bomb.tar.gz"
    head = tarfile.TarInfo("name")
    head.type, head.size = kind, 4 << 20
    with gzip.open(path, "wb", 1) as file:
        file.write(head.tobuf())
        for _ in range(4):
            file.write(os.urandom(1 << 20))
    tracemalloc.start()
    with pytest.raises(ArchiveError, match="larger than any file name"):
        members(path, limits)
    assert tracemalloc.get_traced_memory()[1] < 3 << 20
    tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_members(limits, pack_raw):
    path = pack_raw(tarfile.TarInfo("x.json").tobuf() * 5000 + bytes(1024))
    many = limits.model_copy(update={"files": 5000, "ratio": 1000})
    n_read = 0
    tracemalloc.start()
    for _ in read_members(path, many):
        n_read += 1
        if n_read % 500 == 0:
            gc.collect()  # what is held counts, not garbage that waits
    assert n_read == 5000
    assert tracemalloc.get_traced_memory()[1] < 2 << 20
    tracemalloc.stop()


def test_headers_without_end_are_an_error(limits, pack_raw):
    head = tarfile.TarInfo("name")
    head.type, head.size = tarfile.GNUTYPE_LONGNAME, 4
    with pytest.raises(ArchiveError, match="damaged"):
        members(pack_raw((head.tobuf() + b"abc\0" + bytes(508)) * 1200), limits)


def tar_of(*names):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 2
            archive.addfile(entry, io.BytesIO(b"{}"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tar: tar[:700],
        lambda tar: tar[:1024],
        lambda tar: tar[:1300],
        lambda tar: tar[:1024] + b"x" * 512 + tar[1536:],
        lambda tar: b"",
        lambda tar: b"hello",
        lambda tar: tar[:124] + b"-0000000001\0" + tar[136:],
    ],
    ids=["content", "end", "header", "middle", "empty", "no tar", "negative size"],
)
def test_a_broken_tar_is_an_error_and_never_a_short_one(pack_raw, limits, spoil):
    tar = tar_of("a.json", "b.json")
    assert len(members(pack_raw(tar), limits)) == 2
    with pytest.raises(ArchiveError, match=r"damaged or not a tar\.gz"):
        members(pack_raw(spoil(tar)), limits)


@pytest.mark.parametrize(
    "spoil", [lambda z: z[:-9], lambda z: z[:-6] + b"abcdef", lambda z: b"PK" + z]
)
def test_a_broken_gzip_is_an_error(pack_raw, limits, spoil):
    path = pack_raw(tar_of("a.json"))
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ArchiveError, match=r"damaged or not a tar\.gz"):
        members(path, limits)


def test_a_missing_archive_is_an_error(tmp_path, limits):
    with pytest.raises(ArchiveError, match="No such file"):
        members(tmp_path / "lost.tar.gz", limits)


def test_unprintable_names_are_reported_in_one_printable_line():
    assert printable("a\nb\x1b[31m\udcff") == r"a\nb\x1b[31m\udcff"
    assert len(printable("x" * 10_000)) < 250


def test_archives_depend_on_nothing_but_their_members(tmp_path, limits, monkeypatch):
    packed = []
    for day in (0, 10**9):
        monkeypatch.setattr("time.time", lambda day=day: day)
        path = tmp_path / f"{day}.tar.gz"
        write_archive(path, iter([("b/x.json", b"{}"), ("a.json", b"1")]))
        packed.append(path.read_bytes())
    assert packed[0] == packed[1]
    names = [member.name for member in members(path, limits)]
    assert names == ["b/x.json", "a.json"]
    with tarfile.open(path) as archive:
        owners = {(e.uid, e.uname, e.gname, e.mtime, e.mode) for e in archive}
    assert owners == {(0, "", "", 0, 0o644)}
