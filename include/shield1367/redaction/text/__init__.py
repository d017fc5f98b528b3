"""The narrative scrubber: fold, known identities, patterns, names."""
