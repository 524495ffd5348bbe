"""A PostgreSQL of the test run's own: a new cluster in a temporary folder, on a private port.

    with Postgres() as pg:
        pg.url              postgres://samdrift@127.0.0.1:port/postgres
        pg.database('x')    makes a database, gives its URL

Flushing is off: what is tested is Samdrift on PostgreSQL, not PostgreSQL on a disk.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

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
    def __init__(self):
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
        settings = (f'-p {self.port} -c listen_addresses=127.0.0.1 -k {self.home} -c fsync=off -c max_connections=300 '
                    '-c full_page_writes=off -c synchronous_commit=on -c shared_buffers=64MB')
        # The log goes to a file, else the server keeps the pipe of pg_ctl open.
        self.run('pg_ctl', '-D', self.home / 'data', '-w', '-t', '60', '-l', self.home / 'log', '-o', settings, 'start')

    def stop(self, mode='immediate'):
        self.run('pg_ctl', '-D', self.home / 'data', '-w', '-m', mode, 'stop')

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
