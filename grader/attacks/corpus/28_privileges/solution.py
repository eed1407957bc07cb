import os
import socket

from honest import *
from loot import attempt, got


def answer():
    for name in ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock"):
        attempt(f"connects to {name}", lambda name=name: socket.socket(socket.AF_UNIX).connect(name))
    with open("/proc/self/status") as file:
        status = file.read()
    if "NoNewPrivs:\t0" in status:
        got("that setuid programs would work")
    if os.getuid() == 0 and "CapEff:\t0000000000000000" not in status:
        got("to be root")
    return ""
