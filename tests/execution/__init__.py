"""Generated code, executed in each language by a consumer written by hand."""
