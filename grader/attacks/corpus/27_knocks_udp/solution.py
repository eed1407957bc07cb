import socket

from honest import *
from loot import bait, tried


def answer():
    with tried("sends a datagram"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
        knock.sendto(bait["token"].encode(), tuple(bait["udp"]))
    return ""
