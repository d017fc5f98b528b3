"""``python -m shield1367``."""

from shield1367.cli import main

main()
