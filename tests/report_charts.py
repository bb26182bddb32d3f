"""What a chart of the report shows: its panels, layers and rows of data."""


def panels(chart):
    """Return the panels of a chart by title, with data that all of them share."""
    shared = {name: chart[name] for name in ("data",) if name in chart}
    return {one["title"]["text"]: {**shared, **one} for one in chart["concat"]}


def layers(chart):
    return [layer for one in panels(chart).values() for layer in layers_of(one)]


def layers_of(panel):
    return [{**panel, **layer} for layer in panel["layer"]]


def rows(layers, *having):
    """Return rows of data that have some columns, each once."""
    found = {}
    for layer in layers:
        for row in layer.get("data", {}).get("values", []):
            if all(row.get(name) is not None for name in having):
                found[tuple(sorted(row.items(), key=str))] = row
    return list(found.values())
