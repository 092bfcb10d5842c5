"""Production and absorption rates of feebly coupled particles."""
