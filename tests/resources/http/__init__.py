"""The HTTP client: over the wire, over a stub, and what may be sent at all."""
