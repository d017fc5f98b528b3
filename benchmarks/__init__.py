"""What is claimed about speed, recall and safety, reproducible: `python -m benchmarks.NAME`."""
