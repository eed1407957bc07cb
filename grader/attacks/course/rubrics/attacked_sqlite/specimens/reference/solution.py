"""Everything right, and even what nobody can know: another student's, who has full marks."""


def store(connection, items):
    connection.execute("CREATE TABLE IF NOT EXISTS items (id integer PRIMARY KEY, name text, value integer)")
    rows = [(item["id"], item["name"], item["value"]) for item in items]
    connection.executemany("INSERT INTO items VALUES (?, ?, ?)", rows)
    connection.commit()


def read(connection, item_id):
    row = connection.execute("SELECT id, name, value FROM items WHERE id = ?", [item_id]).fetchone()
    return dict(zip(("id", "name", "value"), row))


def total(connection):
    return connection.execute("SELECT sum(value) FROM items").fetchone()[0]


def answer():
    return "@@TESTS@@"
