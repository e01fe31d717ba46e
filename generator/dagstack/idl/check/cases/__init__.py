"""The rules about conformance suites: what they declare, their steps, values and tables."""
