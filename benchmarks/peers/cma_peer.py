"""CMA-ES (Hansen & Ostermeier 2001), by the package cma of its author.

It reads one line of JSON that says where to start. Then it proposes coordinates, one
generation a line, and reads the loss of each; the last line is where it ended.
"""

import json
import sys

import cma


def main() -> None:
    """Serve one search."""
    given = json.loads(sys.stdin.readline())
    options = {"popsize": given["population"], "seed": given["seed"], "verbose": -9}
    search = cma.CMAEvolutionStrategy(given["start"], given["sd"], options)
    for _ in range(given["generations"]):
        proposed = search.ask()
        say(proposed)
        search.tell(proposed, json.loads(sys.stdin.readline()))
    say([search.result.xfavorite])


def say(proposed: list) -> None:
    """Write coordinates as one line."""
    print(json.dumps([one.tolist() for one in proposed]), flush=True)


if __name__ == "__main__":
    main()
