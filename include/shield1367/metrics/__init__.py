"""What a monitoring system asks: how old the queue is, how fresh the registry, what waits for people.

Counts, ages and names of sources and recipients only; how many people are protected is protected itself.
"""
