"""The decorators, alone and behind the registry."""
