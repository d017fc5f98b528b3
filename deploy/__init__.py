"""What runs the project on machines: with Docker, and without it."""
