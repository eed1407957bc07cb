import socket

from honest import *
from loot import attempt, bait


def answer():
    for kind in ("tcp", "host"):
        if kind in bait:
            attempt(f"connects to {kind}", knock, tuple(bait[kind]))
    return ""


def knock(address):
    with socket.create_connection(address, 1) as connection:
        connection.sendall(bait["token"].encode())
