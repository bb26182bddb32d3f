"""The architectures of surrogates, imported only where one is used."""

from minicolumn.registry import surrogate
from minicolumn.registry.lookup import entry
from minicolumn.surrogates.task import Architecture

surrogate("transformer", at="minicolumn.surrogates.neural:TransformerSurrogate")
surrogate("mlp", at="minicolumn.surrogates.neural:MlpSurrogate")
surrogate("xgboost", at="minicolumn.surrogates.trees:TreeSurrogate")


def architecture_named(name: str) -> type[Architecture]:
    """Return the class that is registered under a name.

    Raises
    ------
    ValueError
        If none is; the message lists the known names.
    """
    return entry("surrogate", name).made
