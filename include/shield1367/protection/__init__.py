"""Who is protected: evidence, identity, registry, flags."""
