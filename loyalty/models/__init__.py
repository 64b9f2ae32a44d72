"""Models of what customers will buy: arrays in, a fit and arrays out.

Each module holds one model of the literature: ``fit`` finds its parameters, the other functions take the fit.
Nobody imports this package when the app starts, so numpy and scipy may stand at the top of its modules.
"""
