#!/bin/sh
# Options alone mean the server; the server never runs as root. Where the variables name a root account and there
# is no data yet, the server is started once without --auth, on the container's own loopback, to make it.
set -e

case "$1" in
    -*) set -- mongod "$@" ;;
esac

if [ "$1" = mongod ] && [ "$(id -u)" = 0 ]; then
    chown --recursive mongodb /data/db /data/configdb
    exec setpriv --reuid=mongodb --regid=mongodb --clear-groups -- "$0" "$@"
fi

if [ "$1" = mongod ] && [ -n "$MONGO_INITDB_ROOT_USERNAME" ] && [ -n "$MONGO_INITDB_ROOT_PASSWORD" ]; then
    if [ ! -e /data/db/WiredTiger ]; then
        mongod --dbpath /data/db --bind_ip 127.0.0.1 --port 27017 --nounixsocket &
        server=$!
        python3 /usr/local/bin/make_root.py
        kill "$server"
        wait "$server"
    fi
    set -- "$@" --auth
    unset MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD
fi

exec "$@"
