"""The web server as one supervised process tree: ``python -m cms.web``, started by ``manage.py serve``.

Settings come from the environment, because the parent of the web workers has no need of Django.
"""

import os

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .supervision import end_with_parent


def main() -> None:
    """Serve until told to stop.

    Two blocking threads a worker: Python runs one at a time, the second answers while the first waits for the disk.
    """
    end_with_parent()
    Granian(
        "cms.wsgi:application",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["WEB_WORKERS"]),
        blocking_threads=2,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()
