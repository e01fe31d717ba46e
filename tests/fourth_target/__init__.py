"""A target that does not come with the generator: a folder, and a line in the project file."""
