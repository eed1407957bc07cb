import socket

from honest import *
from loot import bait, tried


def answer():
    with tried("connects to a socket that is a file"), socket.socket(socket.AF_UNIX) as knock:
        knock.connect(bait["socket"])
        knock.sendall(bait["token"].encode())
    return ""
