import psycopg

from honest import *
from loot import got, tried

STATEMENTS = (
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/never'",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION dblink",
    "CREATE LANGUAGE plpython3u",
    "CREATE FUNCTION f() RETURNS int AS '/lib/x86_64-linux-gnu/libc.so.6', 'getpid' LANGUAGE C",
    "ALTER SYSTEM SET log_min_messages = 'panic'",
    "SET ROLE grader",
    "SET SESSION AUTHORIZATION grader",
    "CREATE ROLE other LOGIN",
    "CREATE DATABASE other",
    "ALTER ROLE student SUPERUSER",
    "GRANT pg_execute_server_program TO student",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user LIMIT 1",
    "SELECT rolpassword FROM pg_authid",
)


def total(connection):
    connection.rollback()
    connection.autocommit = True
    for statement in STATEMENTS:
        with tried(statement[:40]):
            rows = connection.execute(statement)
            if rows.rowcount or not statement.startswith("SELECT pg_terminate"):
                got(statement[:60])
    return 0
