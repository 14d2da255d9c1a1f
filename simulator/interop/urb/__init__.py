"""The Urban Routing Benchmark (Akman et al. 2025): commuters who choose routes day after day, a part of them automated.

Its networks are read from a folder of its repository; traffic is driven here, or in SUMO to compare.
"""
