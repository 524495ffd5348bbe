"""A PostgreSQL of the test run's own: a new cluster in a temporary folder, on a private port.

    with Postgres() as pg:
        pg.url              postgres://samdrift@127.0.0.1:port/postgres
        pg.database('x')    makes a database, gives its URL

Flushing is off: what is tested is Samdrift on PostgreSQL, not PostgreSQL on a disk. With flush=True it is
on, for tests that kill it and for measuring.
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

HOMES = sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin'), reverse=True)


def found():
    return bool(HOMES) and (HOMES[0] / 'initdb').exists()


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def as_server(command):
    """PostgreSQL refuses to run as root: then it runs as the user its package made."""
    return ['runuser', '-u', 'postgres', '--', *command] if os.geteuid() == 0 else command


class Postgres:
    def __init__(self, flush=False):
        self.flush = flush
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-pg-'))
        self.port = free_port()
        self.url = f'postgres://samdrift@127.0.0.1:{self.port}/postgres'
        if os.geteuid() == 0:
            shutil.chown(self.home, 'postgres', 'postgres')
        self.run('initdb', '-D', self.home / 'data', '-U', 'samdrift', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8',
                 '--no-sync')
        self.start()

    def run(self, program, *args):
        done = subprocess.run(as_server([str(HOMES[0] / program), *map(str, args)]), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, cwd='/')
        if done.returncode != 0:
            raise RuntimeError(f'{program}: {done.stdout[-2000:]}')
        return done.stdout

    def start(self):
        safety = 'on' if self.flush else 'off'
        settings = (f'-p {self.port} -c listen_addresses=127.0.0.1 -k {self.home} -c fsync={safety} -c max_connections=300 '
                    f'-c full_page_writes={safety} -c synchronous_commit=on -c shared_buffers=64MB')
        # The log goes to a file, else the server keeps the pipe of pg_ctl open.
        self.run('pg_ctl', '-D', self.home / 'data', '-w', '-t', '60', '-l', self.home / 'log', '-o', settings, 'start')

    def stop(self, mode='immediate'):
        self.run('pg_ctl', '-D', self.home / 'data', '-w', '-m', mode, 'stop')

    def kill(self, everything):
        """kill -9: one that serves a connection, after which it recovers by itself, or all, and a new start."""
        first = int((self.home / 'data' / 'postmaster.pid').read_text().split()[0])
        os.kill(first, signal.SIGSTOP)      # so that it makes no more of them
        found = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(first)], capture_output=True, text=True, timeout=60)
        processes = [int(pid) for pid in found.stdout.split()]
        killed = [first, *processes] if everything else processes[-1:]
        for pid in killed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.kill(first, signal.SIGCONT)
        if everything:
            while any(pathlib.Path(f'/proc/{pid}/status').exists() and 'State:\tZ' not in
                      pathlib.Path(f'/proc/{pid}/status').read_text() for pid in killed):
                time.sleep(0.01)
            # A dead one that nobody has waited for still has its number, and would be taken for alive.
            for lock in (self.home / 'data' / 'postmaster.pid', *self.home.glob('.s.PGSQL.*.lock')):
                lock.unlink()
            self.start()

    def sql(self, text, database='postgres'):
        return self.run('psql', '-h', '127.0.0.1', '-p', self.port, '-U', 'samdrift', '-d', database, '-qtAX',
                        '-v', 'ON_ERROR_STOP=1', '-c', text)

    def database(self, name):
        self.sql(f'CREATE DATABASE "{name}"')
        return f'postgres://samdrift@127.0.0.1:{self.port}/{name}'

    def close(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Pooler:
    """pgbouncer in transaction mode before that PostgreSQL: a session is one client's for a transaction only."""

    PROGRAM = shutil.which('pgbouncer', path='/usr/sbin:/usr/bin')

    def __init__(self, url):
        place = urllib.parse.urlsplit(url)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-pooler-'))
        port = free_port()
        self.url = place._replace(netloc=f'{place.username}@127.0.0.1:{port}').geturl()
        (self.home / 'conf').write_text(
            f'[databases]\n* = host={place.hostname} port={place.port} user={place.username}\n[pgbouncer]\n'
            f'listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n'
            'pool_mode = transaction\ndefault_pool_size = 3\n')
        if os.geteuid() == 0:
            shutil.chown(self.home, 'postgres', 'postgres')
        with open(self.home / 'log', 'wb') as log:
            self.process = subprocess.Popen(as_server([self.PROGRAM, str(self.home / 'conf')]), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd='/')
        self.wait(port)

    def wait(self, port):
        for _ in range(500):
            with socket.socket() as s:
                if s.connect_ex(('127.0.0.1', port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError('pgbouncer: ' + (self.home / 'log').read_text()[-2000:])

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.home, ignore_errors=True)
