"""Exclusive hadronic channels of a vector boson below 2 GeV, and the inclusive width above."""
