"""Bad input on the wire: everything is bounded, nothing brings the server down."""
import socket
import unittest
import urllib.parse

from samdrift import NOARK, Case


class Raw(Case):
    def send(self, text, more=b''):
        """-> status of the first answer, 0 when the connection was just closed"""
        parts = urllib.parse.urlsplit(self.server.url)
        with socket.create_connection((parts.hostname, parts.port), 15) as s:
            try:
                s.sendall(text.encode('latin-1') if isinstance(text, str) else text)
                if more:
                    s.sendall(more)
                answer = b''
                while b'\r\n' not in answer:
                    got = s.recv(4096)
                    if not got:
                        break
                    answer += got
            except OSError:
                return 0
        return int(answer.split()[1]) if answer.startswith(b'HTTP/') else 0

    def tearDown(self):
        self.assertEqual(self.anonymous.ask('GET', self.server.url + '/helse').status, 200, 'the server lives')

    def refused_raw(self, text, *statuses):
        got = self.send(text)
        self.assertIn(got, statuses or (0, 400, 401, 411, 413, 414, 431, 501, 505))


class Smuggling(Raw):
    POST = 'POST /nesodden/noark5/ HTTP/1.1\r\nHost: x\r\n'
    GET = 'GET /nesodden/noark5/ HTTP/1.1\r\n'

    def test_corpus(self):
        for name, text in {
            'two lengths': self.POST + 'Content-Length: 1\r\nContent-Length: 2\r\n\r\nab',
            'equal lengths': self.POST + 'Content-Length: 1\r\nContent-Length: 1\r\n\r\na',
            'length and chunked': self.POST + 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
            'odd encoding': self.POST + 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
            'encoding list': self.POST + 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
            'blank before colon': self.POST + 'Content-Length : 0\r\n\r\n',
            'bare LF': 'GET /nesodden/noark5/ HTTP/1.1\nHost: x\n\n',
            'bare CR': self.GET + 'Host: x\rA: b\r\n\r\n',
            'nul': self.GET + 'Host: x\r\nA: \x00\r\n\r\n',
            'no host': self.GET + '\r\n',
            'two hosts': self.GET + 'Host: a\r\nHost: b\r\n\r\n',
            'absolute target': 'GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n',
            'asterisk': 'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
            'negative length': self.POST + 'Content-Length: -1\r\n\r\n',
            'huge length': self.POST + 'Content-Length: 99999999999999999999\r\n\r\n',
            'plus length': self.POST + 'Content-Length: +1\r\n\r\na',
        }.items():
            with self.subTest(name):
                self.refused_raw(text)

    def test_asterisk_of_options(self):
        self.assertIn(self.send('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'), (200, 204))


class Sizes(Raw):
    def test_long_target(self):
        self.refused_raw(f'GET /nesodden/noark5/?{"x" * 20000} HTTP/1.1\r\nHost: x\r\n\r\n')

    def test_large_head(self):
        self.refused_raw(f'GET /nesodden/noark5/ HTTP/1.1\r\nHost: x\r\nA: {"x" * 40000}\r\n\r\n')
        self.refused_raw('GET /nesodden/noark5/ HTTP/1.1\r\nHost: x\r\n' + 'A: b\r\n' * 10000 + '\r\n')

    def test_large_body(self):
        url = self.admin.href(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        reply = self.admin.ask('POST', url, b'{"tittel":"' + b'x' * (8 << 20) + b'"}', {'Content-Type': NOARK})
        self.status(reply, 400, 413)

    def test_long_title(self):
        url = self.admin.href(self.world.arkivdel, 'arkivstruktur/ny-mappe')
        reply = self.admin.ask('POST', url, {'tittel': 'x' * 100000})
        self.status(reply, 201, 400)

    def test_body_that_does_not_come(self):
        text = 'POST /nesodden/noark5/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n'
        self.assertIn(self.send(text), (0, 400, 401, 405, 408, 413))

    def test_garbage(self):
        for text in (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', b'\0' * 100, b'GET\r\n\r\n', b'\r\n' * 1000,
                     b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'):
            parts = urllib.parse.urlsplit(self.server.url)
            with socket.create_connection((parts.hostname, parts.port), 15) as s:
                s.sendall(text)

    def test_many_connections(self):
        parts = urllib.parse.urlsplit(self.server.url)
        held = [socket.create_connection((parts.hostname, parts.port), 15) for _ in range(200)]
        try:
            self.assertEqual(self.anonymous.ask('GET', self.server.url + '/helse').status, 200)
        finally:
            for s in held:
                s.close()


if __name__ == '__main__':
    unittest.main()
