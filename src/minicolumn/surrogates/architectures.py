"""The architectures of surrogates, imported only where one is used."""

from typing import Any

from minicolumn.registry import surrogate
from minicolumn.registry.lookup import entry

surrogate("transformer", at="minicolumn.surrogates.neural:NeuralSurrogate")
surrogate("mlp", at="minicolumn.surrogates.neural:NeuralSurrogate")
surrogate("xgboost", at="minicolumn.surrogates.trees:TreeSurrogate")


def architecture_named(name: str) -> Any:
    """Return the class that is registered under a name."""
    return entry("surrogate", name).made
