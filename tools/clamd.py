"""A SIMULATOR of clamd for tests: speaks INSTREAM of its protocol and knows one virus, the test file of EICAR. (The real
one's database of signatures is too large to install for tests.)

    with Clamd() as clamd:
        clamd.conf()      lines for samdrift.conf, section [inspeksjon]
        clamd.seen        how many files it has looked at
"""
import socketserver
import struct
import threading

# Put together when it runs: this file must not be taken for a virus itself.
EICAR = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}' + b'$EICAR-STANDARD-' + b'ANTIVIRUS-TEST-FILE!$H+H*'


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.read(10) != b'zINSTREAM\0':
            self.wfile.write(b'UNKNOWN COMMAND\0')
            return
        content = b''
        while True:
            length, = struct.unpack('!I', self.rfile.read(4))
            if length == 0:
                break
            content += self.rfile.read(length)
        self.server.seen += 1
        self.wfile.write(b'stream: Eicar-Signature FOUND\0' if EICAR in content else b'stream: OK\0')


class Clamd(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.seen = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that leaves is no fault here."""

    def conf(self):
        return f'\n[inspeksjon]\nclamd = 127.0.0.1:{self.server_address[1]}\nvirus = kreves\n'

    def close(self):
        self.shutdown()
        self.server_close()

    def __exit__(self, *_):
        self.close()
