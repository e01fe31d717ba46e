"""Resource interfaces in YAML, bindings in Python, Go and TypeScript."""
