"""Golden tests: a case is a folder named after the fact it shows."""
