"""temporary"""

from __future__ import annotations

import sqlalchemy as sa


def upgrade(engine: sa.Engine) -> None:
    from shield1367.protection import registry
    from shield1367.protection.database import use_write_ahead_log, writing

    use_write_ahead_log(engine)
    with writing(engine) as c:
        registry._META.create_all(c)
