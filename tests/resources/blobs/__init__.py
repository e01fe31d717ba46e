"""The blob stores."""
