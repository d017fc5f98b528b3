"""What every test stands on: no setting of the person's shell, and a home for Airflow that goes again.

Airflow reads its settings when it is first imported, which is why this is not a fixture.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

for _name in list(os.environ):
    # With DEV Airflow prints the variables of a failed task.
    if _name == "DEV" or _name.startswith(("AIRFLOW_", "_AIRFLOW_", "SHIELD1367_")):
        del os.environ[_name]
_home = tempfile.mkdtemp(prefix="shield1367-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ |= {"AIRFLOW_HOME": _home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
