"""What cannot be made again (keys, ledger, registry, decisions), in one encrypted file, and back."""

from shield1367.backup.make import Made, make_backup
from shield1367.backup.restore import NotEmptyError, Restored, restore_backup
from shield1367.backup.sealed import BackupKeyError, DamagedBackupError

__all__ = [
    "BackupKeyError",
    "DamagedBackupError",
    "Made",
    "NotEmptyError",
    "Restored",
    "make_backup",
    "restore_backup",
]
