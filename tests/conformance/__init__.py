"""Our implementations before the conformance suites, and the runner before tests of its own."""
