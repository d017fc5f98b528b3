"""Redaction on Spark, for those who already run it; nothing else of the project imports this or PySpark."""
