"""Neutrinos in matter on Earth: cross sections and the electrons they make."""
