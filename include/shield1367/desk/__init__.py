"""The compliance desk: pages on which releases are read, looked up and verified, inside Airflow's own UI."""
