"""The registry: registering, scopes, decorators, overrides and closing."""
