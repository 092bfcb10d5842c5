"""Rates in stellar plasmas."""
