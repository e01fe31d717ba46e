"""What the implementations of three languages make of one folder."""
