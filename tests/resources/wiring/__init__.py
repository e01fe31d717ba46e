"""The standard wiring of a host, and the fixtures of a plugin's tests."""
