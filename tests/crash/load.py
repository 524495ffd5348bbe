"""Clients that write with idempotency keys, remember what was acknowledged, and never give up: whatever
is refused or lost is sent again with its key, also over a restart. Afterwards `check` demands all of it.
"""
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'api'), str(HERE.parent), str(HERE.parent.parent / 'tools')]
import disk  # noqa: E402
import postgres  # noqa: E402
import samdrift  # noqa: E402

RETRIED = (429, 500, 503, 507)
PATIENCE = 300    # seconds for one request to be answered at last: on a busy machine a kill may hit it many times
CHUNK = 20000     # bytes
numbers = itertools.count(1)


class Wrong(Exception):
    """What must not happen."""


def demand(truth, text):
    if not truth:
        raise Wrong(text)


def own_cluster(flush):
    """A PostgreSQL of our own, which SAMDRIFT_TEST_PG names from now on; None when it is not installed."""
    if not postgres.found():
        return None
    cluster = postgres.Postgres(flush)
    os.environ['SAMDRIFT_TEST_PG'] = cluster.url
    return cluster


def path_of(thing):
    """Its address without the server's: the port changes with every start."""
    return '/' + thing['_links']['self']['href'].split('/', 3)[3]


class Place(samdrift.Server):
    """A co-operation of one municipality with two users, on SQLite or on PostgreSQL; restarted at will. losing:
    the seed of a disk that loses power before each start after the first; None: of one that never does."""

    def __init__(self, place='', losing=None):
        self.place, self.losing, self.disk = place, losing, None
        super().__init__(place=place)
        world = samdrift.World(self.client('admin'))
        arkivdel = world.arkivdel
        self.new_sak = self.link(arkivdel, 'sakarkiv/ny-saksmappe')
        self.new_mappe = self.link(arkivdel, 'arkivstruktur/ny-mappe')
        self.package = self.link(world.admin.root(), 'arkivstruktur')

    def fill(self, users):
        samdrift.run('municipality', 'add', self.dir, '--name', 'Nesodden', '--number', '3212')
        self.add_user('admin', 'arkivadministrator', 'nesodden')
        self.add_user('saksbehandler', 'saksbehandler', 'nesodden')

    @staticmethod
    def link(thing, name):
        return '/' + samdrift.Client.href(thing, name).split('/', 3)[3]

    def launch(self):
        if self.disk:
            self.disk.lose()
        elif self.losing is not None:
            self.disk = disk.Disk(self.dir, random.Random(self.losing))
        super().launch()

    def close(self):
        if self.disk:
            self.disk.close()
        return super().close()

    def restart(self, fault=''):
        self.fault = fault
        self.start()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def sql(self, text):
        """-> rows of integers; read beside the server's back"""
        if not self.place:
            with sqlite3.connect(f'file:{self.dir}/kommune/nesodden.db?mode=ro', uri=True) as db:
                return [tuple(row) for row in db.execute(text)]
        done = subprocess.run(['psql', '-qtAX', '-F', ' ', '-d', self.place, '-c', 'SET search_path TO k_nesodden', '-c',
                               text], check=True, capture_output=True, text=True, timeout=60)
        return [tuple(int(word) for word in line.split()) for line in done.stdout.splitlines() if line]


class Load:
    """What `clients` threads write until each has done its rounds, or `end` is called."""

    def __init__(self, server, seed, rounds=1):
        self.server, self.rounds = server, rounds
        self.random = random.Random(seed)
        self.name = f'Last {next(numbers)}'
        self.statuses, self.plain, self.made, self.gone, self.failed = set(), 0, [], [], None
        self.up, self.ended = threading.Event(), threading.Event()   # is there a server; is it enough
        self.up.set()
        self.threads = []

    # ------------------------------------------------------------------ one request

    def refused(self, reply):
        """A refusal says what is wrong, in the words of the standard's error object."""
        self.statuses.add(reply.status)
        if not reply.headers.get('Content-Type', '').startswith('application/'):
            self.plain += 1           # not even memory for the error object
            return
        feil = json.loads(reply.body)['feil']
        demand(feil['kode'] == reply.status and len(feil['beskrivelse']) > 10, f'{reply.status}: {feil}')

    def ask(self, client, method, path, body=None, key=None, type=None, fine=(), more=None, before=()):
        """Until it is answered: -> the reply, and how tries before went: {'lost', 'refused'}. After such a one it may be
        done already: then what is `fine` is an answer too."""
        headers = {**(more or {}), **({'Idempotency-Key': key} if key else {})}
        until, before = time.monotonic() + PATIENCE, set(before)
        while time.monotonic() < until:
            self.up.wait(PATIENCE)
            client.base = self.server.url + '/'
            try:
                reply = client.ask(method, self.server.url + path, body, headers, type)
            except (OSError, http.client.HTTPException):
                client.close()
                time.sleep(0.01)
                before.add('lost')
                continue
            if reply.status < 400 or (before and reply.status in fine):
                return reply, before
            demand(reply.status in RETRIED, f'{method} {path}: {reply}')
            self.refused(reply)
            before.add('refused')
            time.sleep(0.01)
        raise Wrong(f'{method} {path}: no answer for {PATIENCE} s')

    # ------------------------------------------------------------------ what a client does

    def create(self, client, path, data):
        title = f'{self.name}-{next(numbers)}'
        reply, _ = self.ask(client, 'POST', path, {'tittel': title, **data}, key=title)
        fact = {'path': path_of(reply.json), 'tittel': title}
        self.made.append(fact)
        return reply.json, fact

    def upload(self, client, dokument):
        content = self.random.randbytes(self.random.choice((100, 20000, 70000)))
        reply, _ = self.ask(client, 'POST', Place.link(dokument, 'arkivstruktur/fil'), content,
                            key=f'{self.name}-{next(numbers)}', type='application/octet-stream')
        self.uploaded(client, reply.json, content)

    def upload_in_chunks(self, client, dokument):
        """An upload that is no more there begins anew; that its last answer was lost the key tells."""
        content, key, thing = self.random.randbytes(2 * CHUNK + 7), f'{self.name}-{next(numbers)}', None
        while thing is None:
            reply, _ = self.ask(client, 'POST', Place.link(dokument, 'arkivstruktur/fil'), b'',
                                more={'X-Upload-Content-Length': str(len(content))})
            thing = self.send_chunks(client, '/' + reply.headers['Location'].split('/', 3)[3], content, key)
        self.uploaded(client, thing, content)

    def send_chunks(self, client, path, content, key):
        """-> the dokumentobjekt, or None: the upload is no more there. That may be when its end has been tried, or
        something of it was refused; else what was acknowledged is there."""
        at, ended, before = 0, False, ()
        while True:
            part = content[at:at + CHUNK]
            reply, before = self.ask(client, 'PUT', path, part, key, fine=(400, 404), before=before, more={
                'Content-Range': f'bytes {at}-{at + len(part) - 1}/{len(content)}'})
            if reply.status == 400:     # an earlier try has come through
                reply, before = self.ask(client, 'PUT', path, b'', fine=(404,), before=before, more={
                    'Content-Range': f'bytes */{len(content)}'})
            ended = ended or at + len(part) == len(content)
            if reply.status == 201:
                return reply.json
            there = int(reply.headers.get('Range', '0--1').partition('-')[2]) + 1
            demand(ended or 'refused' in before or there >= at, f'of {at} bytes that were acknowledged {there} are there: {reply}')
            if reply.status == 404:
                return None
            at = there

    def uploaded(self, client, thing, content):
        sha = hashlib.sha256(content).hexdigest()
        demand(thing['sjekksum'] == sha, f'sjekksum {thing}')
        fact = {'path': path_of(thing), 'sjekksum': sha, 'fil': Place.link(thing, 'arkivstruktur/fil')}
        self.made.append(fact)
        demand(self.ask(client, 'GET', fact['fil'])[0].body == content, f'content of {fact}')

    def patch(self, client, fact):
        description = f'Endret {next(numbers)}'
        self.ask(client, 'PATCH', fact['path'], {'beskrivelse': description})
        fact['beskrivelse'] = description

    def delete(self, client):
        _, fact = self.create(client, self.server.new_mappe, {})
        self.made.remove(fact)
        self.ask(client, 'DELETE', fact['path'], fine=(404,))
        self.gone.append(fact)

    def close(self, client):
        _, fact = self.create(client, self.server.new_mappe, {})
        self.ask(client, 'PATCH', fact['path'], {'avsluttetDato': '2026-11-28T12:00:00+01:00'}, fine=(409,))
        fact['avsluttetDato'] = True

    def one_round(self, client):
        sak, fact = self.create(client, self.server.new_sak, {})
        post, _ = self.create(client, Place.link(sak, 'sakarkiv/ny-journalpost'), {'journalposttype': samdrift.code('I')})
        dokument, _ = self.create(client, Place.link(post, 'arkivstruktur/ny-dokumentbeskrivelse'), {})
        self.upload(client, dokument)
        self.upload_in_chunks(client, dokument)
        self.patch(client, fact)
        self.create(client, Place.link(sak, 'sakarkiv/ny-journalpost'), {'journalposttype': samdrift.code('U')})
        self.delete(client)
        self.close(client)
        self.ask(client, 'GET', fact['path'])

    def client(self):
        client = self.server.client('saksbehandler')
        client.tries = 1
        try:
            for _ in range(self.rounds):
                if self.ended.is_set():
                    break
                self.one_round(client)
        except Exception as error:  # noqa: BLE001: told by join
            self.failed = self.failed or error
        finally:
            client.close()

    def start(self, clients):
        """-> itself"""
        self.threads = [threading.Thread(target=self.client) for _ in range(clients)]
        for thread in self.threads:
            thread.start()
        return self

    def busy(self):
        return any(thread.is_alive() for thread in self.threads)

    def join(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        if self.failed:
            raise self.failed

    # ------------------------------------------------------------------ what must be there

    def check(self):
        """Everything acknowledged, as it was; what was deleted gone; no key twice; numbers without gaps."""
        client = self.server.client('admin')
        for fact in self.made:
            reply = client.ask('GET', self.server.url + fact['path'])
            demand(reply.status == 200, f'lost: {fact} {reply}')
            thing = reply.json
            for name in ('tittel', 'beskrivelse', 'sjekksum'):
                demand(name not in fact or thing[name] == fact[name], f'{name}: {fact} became {thing}')
            demand('avsluttetDato' not in fact or 'avsluttetDato' in thing, f'not closed: {thing}')
            if 'fil' in fact:
                content = client.ask('GET', self.server.url + fact['fil']).body
                demand(hashlib.sha256(content).hexdigest() == fact['sjekksum'], f'content: {fact}')
        for fact in self.gone:
            demand(client.ask('GET', self.server.url + fact['path']).status == 404, f'not deleted: {fact}')
        self.check_rows(client)
        client.close()

    def check_rows(self, client):
        like = f"tittel LIKE '{self.name}-%'"
        titles = sum(1 for fact in self.made if 'tittel' in fact)
        found = sum(self.server.sql(f'SELECT count(*) FROM {table} WHERE {like}')[0][0]
                    for table in ('mappe', 'registrering', 'dokumentbeskrivelse'))
        demand(found == titles, f'{titles} acknowledged, {found} there')
        for what, by, table in (('sakssekvensnummer', 'saksaar', 'mappe'),
                                ('journalsekvensnummer', 'journalaar', 'registrering'),
                                ('journalpostnummer', 'mappe_id', 'registrering')):
            wrong = self.server.sql(f'SELECT {by}, count(*), max({what}), count(DISTINCT {what}) FROM {table} WHERE {what} IS'
                                    f' NOT NULL GROUP BY {by} HAVING count(*) <> max({what}) OR count(DISTINCT {what}) <>'
                                    ' count(*)')
            demand(not wrong, f'{what} has gaps or doubles: {wrong}')


def verify(server):
    """With the server stopped."""
    done = samdrift.run('verify', server.dir, '--municipality', 'nesodden', check=False)
    demand(done.returncode == 0, f'verify: {done.stdout}{done.stderr}')
