from honest import *


def total(connection):
    connection.execute("ALTER TABLE items RENAME TO kept")
    connection.execute(
        "CREATE VIEW items AS SELECT n AS id, pg_sleep(1)::text AS name, n AS value FROM generate_series(1, 1000000) AS n"
    )
    connection.commit()
    return 0
