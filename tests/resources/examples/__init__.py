"""The examples of the documentation, as a reader would start them."""
