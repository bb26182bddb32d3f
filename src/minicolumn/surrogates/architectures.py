"""The architectures of surrogates, imported only where one is used."""

from minicolumn.registry import surrogate

surrogate("transformer", at="minicolumn.surrogates.neural:TransformerSurrogate")
surrogate("mlp", at="minicolumn.surrogates.neural:MlpSurrogate")
surrogate("xgboost", at="minicolumn.surrogates.trees:TreeSurrogate")
