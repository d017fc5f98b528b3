"""Canaries: people who do not exist, planted in every batch, whose traces may be nowhere.

They go through redaction like anybody protected and are taken out before the package is put together. What a run
leaves behind (logs, databases, reports, temporary files) is searched for them: a trace stops the release, and so does
a canary that was never in.
"""
