"""PostgreSQL: two server processes over one database are one archive; lost connections lose nothing."""
import concurrent.futures
import os
import subprocess
import threading
import time
import unittest
import unittest.mock

import postgres
from samdrift import Case, Server, World, code, new_database, wait_for


def load_tests(_loader, tests, _pattern):
    """On PostgreSQL only: one server has a SQLite co-operation, and it has no connection to lose."""
    return tests if os.environ.get('SAMDRIFT_TEST_PG') else unittest.TestSuite()


class TwoServers(Case):
    @classmethod
    def setUpClass(cls):
        cls.first = Server()
        cls.addClassCleanup(cls.first.close)
        cls.second = cls.first.second()
        cls.addClassCleanup(cls.second.stop)
        cls.a, cls.b = cls.first.client('admin'), cls.second.client('admin')

    def there(self, thing, name='admin'):
        """The address of the thing at the other server."""
        client = self.second.client(name)
        return client, self.a.self_of(thing).replace(self.first.url, self.second.url)

    def test_numbers_without_gaps(self):
        world, each = World(self.a), 20
        sak = world.sak()
        post = {'tittel': 'Brev', 'journalposttype': code('I')}
        url = self.a.href(sak, 'sakarkiv/ny-journalpost')

        def work(i):
            client = (self.first, self.second)[i % 2].client('saksbehandler')
            target = url if i % 2 == 0 else url.replace(self.first.url, self.second.url)
            return [client.ask('POST', target, post).json['journalpostnummer'] for _ in range(each)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            numbers = sorted(n for some in pool.map(work, range(16)) for n in some)
        self.assertEqual(numbers, list(range(1, 16 * each + 1)))

    def test_what_one_writes_the_other_reads(self):
        mappe = World(self.a).mappe()
        client, url = self.there(mappe)
        self.assertEqual(client.ask('GET', url).json['tittel'], mappe['tittel'])
        self.assertEqual(self.a.patch(mappe, {'tittel': 'Ny tittel'}).status, 200)
        self.assertEqual(client.ask('GET', url).json['tittel'], 'Ny tittel')

    def test_lost_update_is_seen_across(self):
        mappe = World(self.a).mappe()
        client, url = self.there(mappe)
        etag = client.ask('GET', url).headers['ETag']
        self.assertEqual(self.a.patch(mappe, {'tittel': 'x'}).status, 200)
        self.assertEqual(client.ask('PATCH', url, {'tittel': 'y'}, {'If-Match': etag}).status, 412)

    def test_rights_change_at_once(self):
        mappe = World(self.a).mappe()
        client, url = self.there(mappe, 'leser')
        self.assertEqual(client.ask('GET', url).status, 200)
        self.a.create(self.a.root('admin'), 'admin/ny-tilgang', {
            'rolle': 'leser', 'tilgangskategori': code('M'), 'les': False, 'ny': False, 'endre': False, 'slett': False,
            'referanseArkivenhet': mappe['systemID']})
        self.assertEqual(client.ask('GET', url).status, 404)

    def test_document_of_one_at_the_other(self):
        world = World(self.a)
        dokument = world.dokument(world.registrering(world.mappe()))
        made = self.a.upload(dokument, b'felles innhold', 'text/plain').json
        client, url = self.there(made)
        self.assertEqual(client.ask('GET', url + 'fil/').body, b'felles innhold')


class LostConnections(Case):
    """The database ends every connection again and again, as a failover does."""

    def cut(self):
        subprocess.run(['psql', '-qX', '-d', os.environ['SAMDRIFT_TEST_PG'], '-o', os.devnull, '-c',
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'samdrift%'"
                        ' AND pid <> pg_backend_pid()'], check=True, timeout=60)

    def insist(self, client, url, key, statuses):
        """Sends with one key until it is known to be stored, as a careful client does."""
        for _ in range(200):
            reply = client.ask('POST', url, {'tittel': key}, {'Idempotency-Key': key})
            statuses.add(reply.status)
            if reply.status == 201:
                return reply.json['systemID']
            if reply.status == 503:
                self.assertIn('Retry-After', reply.headers)
            time.sleep(0.02)
        raise AssertionError(f'{key}: {reply}')

    def test_nothing_lost_nothing_double(self):
        mappe = World(self.admin).mappe()
        url, statuses, each = self.admin.href(mappe, 'arkivstruktur/ny-registrering'), set(), 40
        done = threading.Event()

        def cutting():
            while not done.wait(0.15):
                self.cut()

        def work(i):
            client = self.server.client('saksbehandler')
            return [self.insist(client, url, f'nokkel {i} {k}', statuses) for k in range(each)]
        cutter = threading.Thread(target=cutting)
        cutter.start()
        try:
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                made = [id for ids in pool.map(work, range(8)) for id in ids]
        finally:
            done.set()
            cutter.join()
        self.assertLessEqual(statuses, {201, 503})
        self.assertEqual(len(set(made)), 8 * each)
        found, count = self.admin.find(mappe, 'arkivstruktur/registrering')
        self.assertEqual(count, 8 * each)

    def test_reading_goes_on(self):
        mappe = World(self.admin).mappe()
        for _ in range(5):
            self.cut()
            statuses = [self.admin.ask('GET', self.admin.self_of(mappe)).status for _ in range(20)]
            self.assertLessEqual(set(statuses), {200, 503})
            self.assertEqual(statuses[-1], 200)


@unittest.skipUnless(postgres.Pooler.PROGRAM, 'pgbouncer is not installed')
class BehindPooler(Case):
    """Sessions are shared: nothing of one transaction may be needed by the next, nor be left to it."""

    @classmethod
    def setUpClass(cls):
        cls.pooler = postgres.Pooler(os.environ['SAMDRIFT_TEST_PG'])
        cls.addClassCleanup(cls.pooler.close)
        with unittest.mock.patch.dict(os.environ, SAMDRIFT_TEST_PG=cls.pooler.url):
            cls.place = new_database()
        cls.server = Server(place=cls.place)
        cls.addClassCleanup(cls.server.close)
        cls.admin = cls.server.client('admin')

    def prepared(self):
        done = subprocess.run(['psql', '-qtAX', '-d', self.place, '-c', 'SELECT count(*) FROM pg_prepared_statements'],
                              check=True, capture_output=True, text=True, timeout=60)
        return int(done.stdout)

    def test_many_write_and_read(self):
        world, each = World(self.admin), 20
        sak = world.sak()
        url, own = self.admin.href(sak, 'sakarkiv/ny-journalpost'), self.admin.self_of(sak)
        post = {'tittel': 'Brev', 'journalposttype': code('I')}

        def work(_):
            client = self.server.client('saksbehandler')
            made = [client.ask('POST', url, post).json['journalpostnummer'] for _ in range(each)]
            return made, {client.ask('GET', own).status for _ in range(each)}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            done = list(pool.map(work, range(8)))
        self.assertEqual(sorted(n for made, _ in done for n in made), list(range(1, 8 * each + 1)))
        self.assertEqual(set().union(*(statuses for _, statuses in done)), {200})
        self.assertEqual({self.prepared() for _ in range(10)}, {0})


class DatabaseDown(Case):
    """The whole PostgreSQL stops and starts again under a running server."""

    @classmethod
    def setUpClass(cls):
        cls.postgres = postgres.Postgres()
        cls.addClassCleanup(cls.postgres.close)
        with unittest.mock.patch.dict(os.environ, SAMDRIFT_TEST_PG=cls.postgres.url):
            cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.admin = cls.server.client('admin')

    def unavailable(self, reply):
        self.assertEqual(reply.status, 503, repr(reply))
        self.assertIn('Retry-After', reply.headers)

    def test_stopped_and_started(self):
        mappe = World(self.admin).mappe()
        url, own = self.admin.href(mappe, 'arkivstruktur/ny-registrering'), self.admin.self_of(mappe)
        world = World(self.admin)
        document = self.admin.upload(world.dokument(world.registrering(mappe)), b'ord', 'text/plain')
        self.postgres.stop('fast')
        newcomer = self.server.client('kollega')
        for _ in range(2):
            self.unavailable(self.admin.ask('GET', own))
            self.unavailable(newcomer.ask('GET', own))
            self.unavailable(self.admin.ask('GET', own.replace('nesodden', 'finnesikke')))
            self.unavailable(self.admin.ask('PATCH', own, {'tittel': 'Ny'}))
            self.unavailable(self.admin.ask('POST', url, {'tittel': 'Ny'}, {'Idempotency-Key': 'nede'}))
            self.unavailable(self.admin.ask('GET', self.admin.self_of(document.json) + 'fil/'))
        self.postgres.start()
        self.assertTrue(wait_for(lambda: self.admin.ask('GET', own).status == 200))
        self.assertEqual(newcomer.ask('GET', own).status, 200)
        self.assertEqual(self.admin.ask('GET', own.replace('nesodden', 'finnesikke')).status, 404)
        self.assertEqual(self.admin.ask('POST', url, {'tittel': 'Ny'}, {'Idempotency-Key': 'nede'}).status, 201)
        self.assertEqual(self.admin.find(mappe, 'arkivstruktur/registrering')[1], 2)


if __name__ == '__main__':
    unittest.main()
