"""Properties that hold for any spec, valid or not."""
