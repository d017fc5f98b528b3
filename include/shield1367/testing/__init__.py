"""Synthetic case exports with ground truth; used by demo, tests and benchmarks."""
