"""Numerical pieces with no physics of their own: quadrature, Fermi and Bose functions, roots."""
