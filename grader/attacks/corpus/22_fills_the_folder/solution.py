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
        for number in range(5):
            with open(os.path.join(folder, f"large{number}"), "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 200 << 20)
        time.sleep(2)
        got("1,000 MiB of the shared folder")
    return 0
