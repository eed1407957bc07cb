from honest import *
from loot import got, tried


def total(connection):
    with tried("fills the disk through the server"):
        connection.execute("CREATE TABLE large (block text)")
        connection.execute("ALTER TABLE large ALTER COLUMN block SET STORAGE EXTERNAL")
        for _ in range(200):
            connection.execute("INSERT INTO large VALUES (repeat('x', 20 << 20))")
            connection.commit()
        got("4 GiB of disk")
    return 0
