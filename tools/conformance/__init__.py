"""Run the conformance suites in every language, and keep the page that shows the outcome."""
