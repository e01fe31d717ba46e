"""What the commands do to the disk and say about it."""
