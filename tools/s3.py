"""An S3 bucket of the test run's own: npm's s3rver on a private port, behind a door that checks what
s3rver does not – each request's signature (version 4) and the hash of its body.

    with S3() as s3:
        s3.environment      what the unit tests and the API tests need to find it
        s3.conf()           lines for samdrift.conf, section [lager]
        s3.fail(3)          the next three requests are answered 503; fail(3, 'PUT'): the next three of that method
        s3.stop(); s3.start()

Run alone it prints its settings and serves until it is stopped.
"""
import hashlib
import hmac
import http.client
import http.server
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / 'node_modules' / 's3rver' / 'bin' / 's3rver.js'
KEY, SECRET, REGION, BUCKET = 'S3RVER', 'S3RVER', 'eu-north-1', 'samdrift'
BLOCK = 1 << 16


def found():
    return PROGRAM.exists() and shutil.which('node') is not None


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(method, target, headers, signed, scope):
    """AWS Signature Version 4 of a request whose body's hash stands in x-amz-content-sha256."""
    path, _, query = target.partition('?')
    lines = [f'{name}:{" ".join(headers[name].split())}' for name in signed.split(';')]
    request = '\n'.join([method, path, '&'.join(sorted(query.split('&'))) if query else '', *lines, '', signed,
                         headers['x-amz-content-sha256']])
    to_sign = '\n'.join(['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = ('AWS4' + SECRET).encode()
    for part in scope.split('/'):
        key = sign(key, part)
    return sign(key, to_sign).hex()


def fault_of(method, target, headers, body):
    """'' or what is wrong with the request"""
    found_ = re.fullmatch(r'AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)',
                          headers.get('authorization', ''))
    if not found_ or found_[1] != KEY:
        return 'AccessDenied'
    date, region, service, end = found_[2].split('/')
    fresh = (region, service, end) == (REGION, 's3', 'aws4_request') and headers.get('x-amz-date', '').startswith(date)
    needed = {'host', 'x-amz-date', 'x-amz-content-sha256'} <= set(found_[3].split(';'))
    if not fresh or not needed or signature(method, target, headers, found_[3], found_[2]) != found_[4]:
        return 'SignatureDoesNotMatch'
    return '' if hashlib.sha256(body).hexdigest() == headers['x-amz-content-sha256'] else 'XAmzContentSHA256Mismatch'


class Door(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def refuse(self, status, code):
        body = f'<?xml version="1.0"?><Error><Code>{code}</Code></Error>'.encode()
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def handle_any(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get('content-length', 0)))
        fault = fault_of(self.command, self.path, headers, body)
        if fault:
            self.refuse(403, fault)
        elif self.server.s3.failing(self.command):
            self.refuse(503, 'SlowDown')
        else:
            self.pass_on(headers, body)

    def pass_on(self, headers, body):
        connection = http.client.HTTPConnection('127.0.0.1', self.server.s3.inner, timeout=900)
        headers.pop('expect', None)
        try:
            connection.request(self.command, self.path, body, headers)
            reply = connection.getresponse()
        except OSError:
            self.refuse(503, 'ServiceUnavailable')
            return
        self.send_response(reply.status)
        length = reply.getheader('Content-Length')
        for name, value in reply.getheaders():
            if name.lower() not in ('connection', 'transfer-encoding', 'date', 'server', 'keep-alive'):
                self.send_header(name, value)
        if length is None and reply.status != 204 and self.command != 'HEAD':
            whole = reply.read()
            self.send_header('Content-Length', str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)
        else:
            self.end_headers()
            while self.command != 'HEAD' and (block := reply.read(BLOCK)):
                self.wfile.write(block)
        connection.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass    # a client that goes away in the middle is part of the tests


class S3:
    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-s3-'))
        self.inner, self.port = free_port(), free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.environment = {'SAMDRIFT_TEST_S3': self.url}
        self.lock, self.door, self.process = threading.Lock(), None, None
        self.failures, self.failing_method = 0, ''
        (self.home / BUCKET).mkdir()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ['node', '--openssl-legacy-provider',    # its tokens of long lists are DES
             str(PROGRAM), '-d', str(self.home), '-a', '127.0.0.1', '-p', str(self.inner), '--silent',
             '--no-vhost-buckets', '--configure-bucket', BUCKET],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.inner), 1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError('s3rver does not start') from None
                time.sleep(0.05)
        self.door = Server(('127.0.0.1', self.port), Door)
        self.door.s3 = self
        threading.Thread(target=self.door.serve_forever, daemon=True).start()

    def stop(self):
        self.door.shutdown()
        self.door.server_close()
        self.process.terminate()
        self.process.wait(30)

    def fail(self, requests, method=''):
        with self.lock:
            self.failures, self.failing_method = requests, method

    def failing(self, method):
        with self.lock:
            if self.failures == 0 or self.failing_method not in ('', method):
                return False
            self.failures -= 1
            return True

    def conf(self, prefix=''):
        return conf(self.url, prefix)

    def close(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def ask(url, method, key, body=b'', query=''):
    """One signed request for an object, or with key '' for the bucket. -> (status, body)"""
    host = url.removeprefix('http://')
    now = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())
    headers = {'host': host, 'x-amz-date': now, 'x-amz-content-sha256': hashlib.sha256(body).hexdigest()}
    target = f'/{BUCKET}/{key}' + (f'?{query}' if query else '')
    scope, signed = f'{now[:8]}/{REGION}/s3/aws4_request', ';'.join(sorted(headers))
    headers['authorization'] = (f'AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, '
                                f'Signature={signature(method, target, headers, signed, scope)}')
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request(method, target, body, headers)
    reply = connection.getresponse()
    answer = reply.status, reply.read()
    connection.close()
    return answer


def conf(url, prefix=''):
    return (f'dokumenter = s3://{BUCKET}/{prefix}\ns3_endpoint = {url}\ns3_region = {REGION}\n'
            f's3_key = {KEY}\ns3_secret = {SECRET}\n')


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with S3() as server:
        print(f'SAMDRIFT_TEST_S3={server.url}', flush=True)
        print(server.conf(), flush=True)
        threading.Event().wait()


if __name__ == '__main__':
    main()
