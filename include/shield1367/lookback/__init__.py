"""Looking back: which earlier releases would be made otherwise today, and what is done about it.

Protection may begin, or be learned of, after a release; profile or floor may be tightened; the scrubber may
improve (R-09, R-26). What is found becomes a case of the recipient, whose steps are entries of the ledger;
until somebody has decided, the recipient gets nothing more.
"""
