"""The specs' list of implementations and the package agree."""
