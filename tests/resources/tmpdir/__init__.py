"""The temporary directory: names, modes, removal, and what killed processes leave."""
