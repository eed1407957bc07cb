#!/bin/sh
# Options or a configuration file alone mean the server; the server never runs as root.
set -e

case "$1" in
    -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
    chown --recursive redis .
    exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi

# What the server writes is for the server alone.
umask 0077
exec "$@"
