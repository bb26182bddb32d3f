"""Croissant 1.0 metadata (mlcommons.org/croissant): the files, for programs."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from minicolumn.export.facts import Facts
from minicolumn.export.files import ExportedFile
from minicolumn.export.layout import ExportedTable

_ENCODING = {
    ".tar.gz": "application/gzip",
    ".parquet": "application/x-parquet",
    ".json": "application/json",
    ".md": "text/markdown",
}
_DATA_TYPES = {
    "sc:Boolean": pa.types.is_boolean,
    "sc:Integer": pa.types.is_integer,
    "sc:Float": pa.types.is_floating,
    "sc:Text": pa.types.is_string,
}
# Terms of the context of Croissant 1.0 that only name what they stand for.
_TERMS = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet "
    "references regex repeated replace samplingRate separator source subField transform"
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in _TERMS.split()},
}


def croissant(facts: Facts, files: Sequence[ExportedFile]) -> dict[str, Any]:
    """Return the content of ``croissant.json``, which describes ``files``."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": facts.slug,
        "description": facts.abstract,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": facts.license,
        "version": facts.version,
        "citeAs": facts.citation,
        "isLiveDataset": False,
        "distribution": [_file_object(file) for file in files],
        "recordSet": [_record_set(table) for table in facts.run.tables],
    }


def _file_object(file: ExportedFile) -> dict[str, Any]:
    encoding = next(e for suffix, e in _ENCODING.items() if file.name.endswith(suffix))
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.name,
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": encoding,
        "sha256": file.sha256,
    }


def _record_set(table: ExportedTable) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"One row is {table.row}.",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{column.name}",
                "name": column.name,
                "description": f"{column.description} (unit: {column.unit})",
                "dataType": _data_type(column.type),
                "source": {
                    "fileObject": {"@id": table.file},
                    "extract": {"column": column.name},
                },
            }
            for column in table.schema.columns
        ],
    }


def _data_type(kind: pa.DataType) -> str:
    for name, fits in _DATA_TYPES.items():
        if fits(kind):
            return name
    raise ValueError(f"{kind} has no Croissant type: add one to _DATA_TYPES")
