"""The resources: every implementation, alone and together."""
