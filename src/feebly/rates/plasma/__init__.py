"""Rates between a particle and the plasma of the early universe."""
