"""Seeded streams, drawn from CPython when the tests run."""
