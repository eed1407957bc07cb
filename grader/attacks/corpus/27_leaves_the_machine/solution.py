import socket

from honest import *
from loot import attempt


def answer():
    for address in (("169.254.169.254", 80), ("192.0.2.1", 443), ("2001:db8::1", 443)):
        attempt(f"connects to {address[0]}", lambda address=address: socket.create_connection(address, 0.3).close())
    attempt("asks for a name", socket.getaddrinfo, "example.com", 80)
    return ""
