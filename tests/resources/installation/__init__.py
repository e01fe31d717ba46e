"""What an installation brings, and what an import costs."""
