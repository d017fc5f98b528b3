"""Tabulations in place of rows: counting, and suppressing what a cell, or its difference to another, could tell."""
