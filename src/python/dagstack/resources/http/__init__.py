"""The HTTP client: settings, the pipeline of a call, engines that carry it, and the test double."""
