"""Share case data without exposing people protected by 8 U.S.C. § 1367.

The packages, in the order the data flows:

``config`` → ``intake`` → ``protection`` → ``disclosure`` → ``redaction`` →
``validation`` → ``release`` → ``reporting``. A package imports only from those
before it, or from ``errors``, ``home``, ``keys`` and ``storage``.
"""

__version__ = "0.1.0"
