"""All faults, in the order of the table."""

from tests.sabotage.alone import ALONE
from tests.sabotage.in_canaries import CANARY_FAULTS
from tests.sabotage.in_code import CODE_FAULTS
from tests.sabotage.in_package import PACKAGE_FAULTS
from tests.sabotage.in_policy import POLICY_FAULTS
from tests.sabotage.scene import After, Fault

FAULTS = (*PACKAGE_FAULTS, *CODE_FAULTS, *POLICY_FAULTS, *CANARY_FAULTS, *ALONE)


def one_for_each_check() -> tuple[Fault, ...]:
    """The first fault that each named check is to catch; redacting again is the dearest, so it comes last."""
    chosen: dict[str, Fault] = {}
    for fault in sorted(FAULTS, key=lambda fault: fault.after in (After.NOTHING, After.PLANNED)):
        if not fault.escapes:
            chosen.setdefault(fault.check, fault)
    return tuple(chosen.values())
