"""A VNC client of a few lines: it asks a screen of QEMU's for another size; 0 by 0 unplugs it."""

import socket
import struct
import threading

SET_DESKTOP_SIZE = 251


class Rfb:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(path)
        self._read(12)
        self.socket.sendall(b"RFB 003.008\n")
        kinds = self._read(self._read(1)[0])
        if 1 not in kinds:
            raise OSError(f"the VNC server wants a password: {kinds}")
        self.socket.sendall(b"\x01")
        self._read(4)
        self.socket.sendall(b"\x01")
        self._read(20)
        self._read(struct.unpack(">I", self._read(4))[0])
        self.socket.settimeout(None)
        threading.Thread(target=self._drain, daemon=True).start()

    def _read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise OSError("the VNC server hung up")
            data += more
        return data

    def _drain(self):
        try:
            while self.socket.recv(65536):
                pass
        except OSError:
            pass

    def resize(self, width, height):
        self.socket.sendall(struct.pack(">BxHHBx", SET_DESKTOP_SIZE, width, height, 1) +
                            struct.pack(">IHHHHI", 0, 0, 0, width, height, 0))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
