import socket

from honest import *
from loot import bait, tried


def answer():
    with tried("connects to an abstract socket"), socket.socket(socket.AF_UNIX) as knock:
        knock.connect(bait["abstract"].replace("@", "\0"))
        knock.sendall(bait["token"].encode())
    return ""
