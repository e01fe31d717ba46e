"""The clocks: the operating system's, and the one that stands still."""
