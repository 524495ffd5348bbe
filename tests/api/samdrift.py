"""The real program in a temporary directory, and a small client that finds its way by links.

    server = Server()                  one co-operation of the Follo six, users made, listening
    admin = server.client('admin')     Basic login, in Nesodden
    arkiv = admin.create(admin.root('arkivstruktur'), 'arkivstruktur/ny-arkiv', {'tittel': 'A'})
"""
import base64
import http.client
import itertools
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / 'tools'))
import s3  # noqa: E402
PROGRAM = pathlib.Path(os.environ.get('SAMDRIFT', ROOT / 'build' / 'samdrift'))
R = 'https://rel.arkivverket.no/noark5/v5/api/'
N = 'https://nikita.arkivlab.no/noark5/v5/'
NOARK = 'application/vnd.noark5+json'
MERGE = 'application/merge-patch+json'
PASSWORD = 'hemmelig passord'
USERS = {   # short name: [(role, municipality)]
    'admin': [('arkivadministrator', 'nesodden'), ('leser', 'frogn')],
    'arkivar': [('arkivar', 'nesodden')],
    'saksbehandler': [('saksbehandler', 'nesodden')],
    'kollega': [('saksbehandler', 'nesodden')],
    'integrasjon': [('integrasjon', 'nesodden')],
    'leser': [('leser', 'nesodden')],
    'aas': [('arkivadministrator', 'aas')],
}
CONF = '''
[login]
password_grant = ja
[arkiv]
bulkgrense = 1048576
'''
numbers = itertools.count(1)


class Reply:
    """status, headers (case does not matter), body; json is read when asked for"""

    def __init__(self, reply, body):
        self.status, self.headers, self.body = reply.status, reply.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:600]!r}'


def run(*args, stdin='', check=True):
    done = subprocess.run([str(PROGRAM), *map(str, args)], input=stdin, capture_output=True, text=True,
                          timeout=120)
    if check and done.returncode != 0:
        raise AssertionError(f'samdrift {" ".join(map(str, args))}: {done.returncode} {done.stderr}')
    return done


def new_database():
    """'' for SQLite in the folder, else a new database of the PostgreSQL that SAMDRIFT_TEST_PG names"""
    url = os.environ.get('SAMDRIFT_TEST_PG', '')
    if not url:
        return ''
    name = f'samdrift{os.getpid()}_{next(numbers)}'
    subprocess.run(['psql', '-qX', '-d', url, '-c', f'CREATE DATABASE {name}'], check=True, timeout=60)
    return url.rpartition('/')[0] + '/' + name


class KeptDocuments:
    """The kept documents of a municipality, behind the server's back: files, or objects of a bucket."""

    def __init__(self, server, municipality='nesodden'):
        self.url = server.bucket
        self.folder = server.dir / 'blob' / municipality
        self.begin = f'{server.prefix}/{municipality}/sha256/'

    def names(self):
        """Up to a thousand."""
        if not self.url:
            return [path.name for path in self.folder.rglob('?' * 64)]
        query = f'list-type=2&prefix={urllib.parse.quote(self.begin, safe="")}'
        page = s3.ask(self.url, 'GET', '', query=query)[1].decode()
        return [key.removeprefix(self.begin) for key in re.findall('<Key>([^<]+)</Key>', page)]

    def write(self, name, content):
        if self.url:
            return s3.ask(self.url, 'PUT', self.begin + name, content)
        path = self.folder / name[:2] / name
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        return path.chmod(0o400)

    def remove(self, name):
        if self.url:
            return s3.ask(self.url, 'DELETE', self.begin + name)
        return (self.folder / name[:2] / name).unlink()


class Server:
    """A co-operation that serves until stop()."""

    def __init__(self, conf=CONF, users=True, place=None):
        """place: where the database is, '' for SQLite; as new_database() when None"""
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-api-'))
        self.dir = self.home / 'follo'
        self.process, self.log, self.fault = None, open(self.home / 'log', 'wb'), ''
        place = new_database() if place is None else place
        run('init', self.dir, *(['--store', place] if place else []))
        self.fill(USERS if users else {})
        self.bucket, self.prefix = os.environ.get('SAMDRIFT_TEST_S3', ''), f'{os.getpid()}-{next(numbers)}'
        documents = s3.conf(self.bucket, self.prefix) if self.bucket else ''
        self.conf = f'[lager]\nstore = {place}\n{documents}{conf}'
        (self.dir / 'samdrift.conf').write_text(self.conf, encoding='utf-8')
        self.start()

    def fill(self, users):
        run('cooperation', 'load', self.dir, ROOT / 'data' / 'follo.json')
        for name, roles in users.items():
            for role, municipality in roles:
                self.add_user(name, role, municipality)

    def add_user(self, name, role, municipality):
        run('user', 'add', self.dir, '--name', f'{name}@example.com', '--role', role, '--municipality', municipality,
            stdin=PASSWORD + '\n')

    def second(self):
        """Another process that serves the same co-operation, on a port of its own (PostgreSQL). With documents in a
        bucket it has a folder of its own, as on another machine."""
        other = object.__new__(Server)
        other.home, other.dir, other.log, other.process = self.home, self.dir, open(self.home / 'log2', 'wb'), None
        other.fault = ''
        if self.bucket:
            other.dir = self.home / 'other'
            other.dir.mkdir()
            (other.dir / 'samdrift.conf').write_text(self.conf, encoding='utf-8')
        other.start()
        return other

    def sql(self, *statements):
        """Done to the database of Nesodden behind the server's back."""
        place = re.search('store = (.*)', (self.dir / 'samdrift.conf').read_text(encoding='utf-8'))[1]
        if place:
            text = ';'.join(['SET search_path TO k_nesodden', *statements])
            subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', os.devnull, '-d', place, '-c', text], check=True)
            return
        base = sqlite3.connect(self.dir / 'kommune' / 'nesodden.db')
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()

    def launch(self):
        """The process, which does not listen yet. fault: a plan of src/base/fault.h"""
        self.process = subprocess.Popen([str(PROGRAM), 'serve', str(self.dir), '--listen', '127.0.0.1:0', '--json'],
                                        stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env={**os.environ, 'SAMDRIFT_FAULT': self.fault})

    def start(self):
        self.launch()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise AssertionError('the server did not start: ' + (self.home / 'log').read_text()[-2000:])
        self.url = json.loads(line)['url']

    def stop(self, signal=15):
        """-> exit status"""
        if self.process is None:
            return None
        self.process.send_signal(signal)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        self.process = None
        return status

    def close(self):
        status = self.stop()
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)
        return status

    def client(self, name=None, municipality=None):
        """name None: anonymous"""
        municipality = municipality or ('aas' if name == 'aas' else 'nesodden')
        return Client(f'{self.url}/{municipality}/noark5/', name and f'{name}@example.com',
                      PASSWORD if name else None)


def rel(name, space=R):
    return name if name.startswith('http') else f'{space}{name}/'


def cut(href):
    return href.split('{', 1)[0]


class Client:
    """One caller. Each thread has its own connection."""

    def __init__(self, base, user=None, password=None, token=None):
        self.base, self.user, self.token = base, user, token
        self.authorization = None
        if user:
            self.authorization = 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
        if token:
            self.authorization = 'Bearer ' + token
        self.local, self.tries = threading.local(), 2

    def connection(self):
        if getattr(self.local, 'connection', None) is None:
            parts = urllib.parse.urlsplit(self.base)
            self.local.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        return self.local.connection

    def close(self):
        if getattr(self.local, 'connection', None):
            self.local.connection.close()
            self.local.connection = None

    def ask(self, method, url, body=None, headers=None, type=None):
        """One request, sent again once when a kept connection turns out to be closed."""
        url = urllib.parse.urljoin(self.base, url)
        parts = urllib.parse.urlsplit(url)
        target = parts.path + ('?' + parts.query if parts.query else '')
        target = urllib.parse.quote(target, safe="/?&=%$'()*,:;@!~+-._")
        fields = dict(headers or {})
        if self.authorization and 'Authorization' not in fields:
            fields['Authorization'] = self.authorization
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body).encode()
            fields.setdefault('Content-Type', type or (MERGE if method == 'PATCH' else NOARK))
        elif type:
            fields.setdefault('Content-Type', type)
        for attempt in range(1, self.tries + 1):
            connection = self.connection()
            try:
                connection.request(method, target, body, fields)
                reply = connection.getresponse()
                return Reply(reply, reply.read())
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if attempt == self.tries:
                    raise

    def get(self, url, **headers):
        """The JSON of a page that must be there."""
        reply = self.ask('GET', url, headers=headers)
        if reply.status != 200:
            raise AssertionError(f'GET {url}: {reply}')
        return reply.json

    def root(self, package=None):
        """The entry point, or the page of a package below it."""
        root = self.get(self.base)
        return self.get(self.href(root, package)) if package else root

    @staticmethod
    def href(thing, name, space=R):
        """Where the link leads, without its template."""
        links = thing['_links']
        key = name if name in links else rel(name, space)
        if key not in links:
            raise AssertionError(f'no link {key} among {sorted(links)}')
        return cut(links[key]['href'])

    @staticmethod
    def has(thing, name, space=R):
        return rel(name, space) in thing['_links']

    def self_of(self, thing):
        return cut(thing['_links']['self']['href'])

    def again(self, thing):
        return self.get(self.self_of(thing))

    def etag(self, thing):
        reply = self.ask('GET', self.self_of(thing))
        return reply.headers['ETag']

    def post(self, thing, name, data, space=R, **headers):
        return self.ask('POST', self.href(thing, name, space), data, headers)

    def create(self, thing, name, data, space=R, **headers):
        """-> the new object; it must have been made"""
        reply = self.post(thing, name, data, space, **headers)
        if reply.status != 201:
            raise AssertionError(f'POST {name} {data}: {reply}')
        return reply.json

    def put(self, thing, data, **headers):
        return self.ask('PUT', self.self_of(thing), data, headers)

    def patch(self, thing, data, **headers):
        return self.ask('PATCH', self.self_of(thing), data, headers)

    def delete(self, thing, **headers):
        return self.ask('DELETE', self.self_of(thing), headers=headers)

    def query(self, thing, name, space=R, **options):
        """A page of a list: query(root, 'arkivstruktur/mappe', filter="tittel eq 'x'", top=1)"""
        query = '&'.join(f'${key}={urllib.parse.quote(str(value), safe="")}' for key, value in options.items())
        return self.ask('GET', self.href(thing, name, space) + ('?' + query if query else ''))

    def find(self, thing, name, space=R, **options):
        """-> (results, count); the page must be answered"""
        reply = self.query(thing, name, space, **options)
        if reply.status != 200:
            raise AssertionError(f'{name} {options}: {reply}')
        page = reply.json
        return page.get('results', []), page['count']

    def upload(self, thing, content, type='application/octet-stream', **headers):
        return self.ask('POST', self.href(thing, 'arkivstruktur/fil'), content, headers, type)


def unique(text='Prøve'):
    return f'{text} {next(numbers)}-{os.getpid()}'


def noise(size):
    """New bytes of no known format. Without the head, one in eighty looks like a program or a song to libmagic."""
    head = b'\xff\0ukjent innhold\0'
    return head + os.urandom(size - len(head))


def code(kode):
    return {'kode': kode}


class World:
    """An arkiv of its own, made by the administrator as far as a test asks for it."""

    def __init__(self, admin):
        self.admin = admin
        self.package = admin.root('arkivstruktur')
        self.arkiv = admin.create(self.package, 'arkivstruktur/ny-arkiv', {'tittel': unique('Arkiv')})
        self.arkivdel = self.new_arkivdel()
        self._system = self._klasse = None

    def new_arkivdel(self, **data):
        return self.admin.create(self.arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': unique('Arkivdel'), **data})

    @property
    def system(self):
        if self._system is None:
            self._system = self.admin.create(self.arkivdel, 'arkivstruktur/ny-klassifikasjonssystem',
                                             {'tittel': unique('Nøkkel')})
        return self._system

    @property
    def klasse(self):
        if self._klasse is None:
            self._klasse = self.new_klasse()
        return self._klasse

    def new_klasse(self, **data):
        return self.admin.create(self.system, 'arkivstruktur/ny-klasse',
                                 {'klasseID': unique('K'), 'tittel': 'Byggesaker', **data})

    def mappe(self, by=None, parent=None, **data):
        return (by or self.admin).create(parent or self.arkivdel, 'arkivstruktur/ny-mappe',
                                         {'tittel': unique('Mappe'), **data})

    def sak(self, by=None, parent=None, **data):
        return (by or self.admin).create(parent or self.arkivdel, 'sakarkiv/ny-saksmappe',
                                         {'tittel': unique('Garasje'), **data})

    def registrering(self, mappe, by=None, **data):
        return (by or self.admin).create(mappe, 'arkivstruktur/ny-registrering',
                                         {'tittel': unique('Registrering'), **data})

    def journalpost(self, sak, type='I', by=None, **data):
        return (by or self.admin).create(sak, 'sakarkiv/ny-journalpost',
                                         {'tittel': unique('Søknad'), 'journalposttype': code(type), **data})

    def dokument(self, registrering, by=None, **data):
        return (by or self.admin).create(registrering, 'arkivstruktur/ny-dokumentbeskrivelse',
                                         {'tittel': unique('Dokument'), **data})

    def objekt(self, dokument, by=None, **data):
        return (by or self.admin).create(dokument, 'arkivstruktur/ny-dokumentobjekt', data)

    def avsender(self, journalpost, by=None, type='EA', **data):
        return (by or self.admin).create(journalpost, 'arkivstruktur/ny-korrespondansepartperson',
                                         {'navn': 'Ola Nordmann', 'korrespondanseparttype': code(type), **data})


SKJERMING = {'tilgangsrestriksjon': code('P'), 'skjermingshjemmel': 'Offl. § 13',
             'skjermingMetadata': [code('TMO')], 'skjermingDokument': code('H'), 'skjermingsvarighet': 60}

_shared = {}


def shared(kind='default', conf=CONF):
    """One server for all tests of that kind."""
    if kind not in _shared:
        _shared[kind] = Server(conf)
    return _shared[kind]


def close_shared():
    """-> exit statuses"""
    return [_shared.pop(kind).close() for kind in list(_shared)]


class Case(unittest.TestCase):
    """A test against the shared server; clients by name: self.admin, self.leser …"""
    longMessage = True

    @classmethod
    def setUpClass(cls):
        cls.server = shared()
        for name in USERS:
            setattr(cls, name, cls.server.client(name))
        cls.anonymous = cls.server.client()
        cls.world_ = None

    @property
    def world(self):
        if type(self).world_ is None:
            type(self).world_ = World(self.admin)
        return type(self).world_

    def status(self, reply, *wanted):
        self.assertIn(reply.status, wanted, repr(reply))
        return reply

    def refused(self, reply, status):
        """A 4xx answer has a feil body that says something."""
        self.status(reply, status)
        self.assertIn('feil', reply.json, repr(reply))
        self.assertEqual(reply.json['feil']['kode'], status)
        self.assertGreater(len(reply.json['feil']['beskrivelse']), 10)
        return reply.json['feil']['beskrivelse']


def wait_for(what, seconds=20.0):
    """Asks again until the answer is true."""
    end = time.monotonic() + seconds
    while True:
        answer = what()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(0.1)


if __name__ == '__main__':
    server = Server()
    print(server.url, server.dir, file=sys.stderr)
    try:
        server.process.wait()
    except KeyboardInterrupt:
        server.close()
