"""The snippets of the page of standard resources, as its readers would run them."""
