"""Implementations with one fault each, which the conformance cases catch by name."""
