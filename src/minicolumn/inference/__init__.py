"""Inference: which mechanism explains how a session changes, with its probability."""
