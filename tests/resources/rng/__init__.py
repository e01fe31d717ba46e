"""The sources of randomness: the operating system's, and the seeded one."""
