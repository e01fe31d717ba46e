"""The shape of the generator: which module may know which."""
