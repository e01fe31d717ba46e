"""Harnesses that do not fit their suites, and what the runners of all languages say of them."""
