"""The rules: their pages run as they are read, and what no page has room for."""
