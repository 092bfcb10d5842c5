"""Production of the particle where protons or electrons meet a target."""
