"""Many threads with an event loop each on one instance of each resource."""
