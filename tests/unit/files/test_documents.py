"""Documents survive the way to the disk and back, and damaged ones are refused."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from minicolumn.errors import UnreadableDocumentError
from minicolumn.files.documents import (
    as_json,
    read_document,
    schema_of,
    write_document,
)


class Verdict(StrEnum):
    CHANCE = "chance"


@dataclass(frozen=True)
class Part:
    interval: tuple[float, float] | None
    verdict: Verdict


@dataclass(frozen=True)
class Whole:
    name: str
    parts: dict[str, Part]
    counts: tuple[int, ...]


WHOLE = Whole(
    "a run",
    {"fano": Part((0.1, 1 / 3), Verdict.CHANCE), "lv": Part(None, Verdict.CHANCE)},
    (1, 2),
)


def test_a_document_comes_back_as_it_was(tmp_path):
    write_document(tmp_path / "whole.json", WHOLE)
    assert read_document(tmp_path / "whole.json", Whole) == WHOLE


def test_undefined_numbers_are_refused_and_never_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_document(tmp_path / "nan.json", Part((float("nan"), 1.0), Verdict.CHANCE))
    assert not (tmp_path / "nan.json").exists()


@pytest.mark.parametrize("content", [None, "", "{", '{"name": "a run"}', "[]"])
def test_what_is_no_such_document_is_refused_by_name(tmp_path, content):
    path = tmp_path / "whole.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(
        UnreadableDocumentError, match=r"whole.json is not a whole Whole"
    ):
        read_document(path, Whole)


def test_the_schema_names_what_the_class_names():
    assert set(schema_of(Whole)["properties"]) == set(as_json(WHOLE))
