"""From where it is made to where it counts."""
