import os
import shutil
import time

from honest import *
from loot import got, tried


def total(connection):
    ((_, _, database),) = connection.execute("PRAGMA database_list").fetchall()
    folder = os.path.dirname(database)
    if shutil.disk_usage(folder).free < 5 << 30:
        return 0
    with tried("fills the shared folder"):
        kept = []
        for number in range(5):
            path = os.path.join(folder, f"large{number}")
            kept.append(open(path, "wb"))
            os.unlink(path)
            os.posix_fallocate(kept[-1].fileno(), 0, 200 << 20)
        time.sleep(2)
        got("1,000 MiB of the shared folder")
    return 0
