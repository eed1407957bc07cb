from honest import *
from loot import tried

STATEMENTS = (
    "ALTER DATABASE student SET default_transaction_read_only = on",
    "ALTER ROLE student SET default_transaction_read_only = on",
    "ALTER ROLE student SET search_path = nowhere",
    "ALTER ROLE student PASSWORD 'other'",
    "SELECT pg_advisory_lock(1)",
    "SELECT lo_create(4711)",
    "CREATE ROLE left_role",
    "CREATE SCHEMA left_schema",
    "ALTER SCHEMA public RENAME TO other",
    "CREATE EVENT TRIGGER left_trigger ON ddl_command_start EXECUTE FUNCTION nothing()",
    "COMMENT ON DATABASE student IS 'left'",
    "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, student",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC, student, reader",
    "BEGIN",
    "CREATE TABLE prepared (id integer)",
    "PREPARE TRANSACTION 'left'",
)


def answer():
    import os

    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as connection:
        for statement in STATEMENTS:
            with tried(statement[:50]):
                connection.execute(statement)
    return ""
