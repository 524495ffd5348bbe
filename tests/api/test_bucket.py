"""Documents in an S3 bucket: it is slow, away, refuses; two servers share it. The same suites run on it too."""
import os
import unittest
import unittest.mock

import s3
from samdrift import Case, Server, World, noise, run, wait_for


def load_tests(_loader, tests, _pattern):
    return tests if s3.found() else unittest.TestSuite()


class Bucket(Case):
    """A bucket of its own, because it is stopped."""

    @classmethod
    def setUpClass(cls):
        cls.s3 = s3.S3()
        cls.addClassCleanup(cls.s3.close)
        with unittest.mock.patch.dict(os.environ, cls.s3.environment):
            cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.admin = cls.server.client('admin')
        cls.world_ = None

    def new_object(self):
        return self.admin.create(self.world.dokument(self.world.registrering(self.world.mappe())),
                                 'arkivstruktur/ny-dokumentobjekt', {})

    def stored(self, content):
        return self.admin.upload(self.new_object(), content, 'text/plain')

    def fetch(self, objekt, **headers):
        return self.admin.ask('GET', self.admin.self_of(objekt) + 'fil/', headers=headers)

    def test_large(self):
        content = noise(1 << 20) * 5 + b'slutt'
        with unittest.mock.patch.dict(os.environ, self.s3.environment):
            server = Server('[login]\npassword_grant = ja\n')
        self.addCleanup(server.close)
        admin = server.client('admin')
        world = World(admin)
        objekt = admin.upload(world.dokument(world.registrering(world.mappe())), content).json
        self.assertEqual(int(objekt['filstoerrelse']), len(content))
        fil = admin.self_of(objekt) + 'fil/'
        self.assertEqual(admin.ask('GET', fil).body, content)
        self.assertEqual(admin.ask('GET', fil, headers={'Range': 'bytes=3000000-'}).body, content[3000000:])

    def test_passing_failures_are_not_seen(self):
        for failures in (1, 2, 3):
            self.s3.fail(failures)
            reply = self.status(self.stored(b'tross alt %d' % failures), 201)
            self.s3.fail(failures)
            self.assertEqual(self.fetch(reply.json).body, b'tross alt %d' % failures)

    def test_away(self):
        kept, empty = self.status(self.stored(b'fra foer'), 201).json, self.new_object()
        self.s3.stop()
        try:
            for reply in (self.fetch(kept), self.admin.upload(empty, b'naa', 'text/plain'),
                          self.admin.ask('POST', self.admin.self_of(empty) + 'fil/', b'',
                                         {'Content-Length': '0', 'X-Upload-Content-Length': '9'})):
                self.status(reply, 503)
                self.assertIn('Retry-After', reply.headers)
            self.assertEqual(self.admin.ask('GET', self.admin.self_of(kept)).status, 200)
            self.assertEqual(run('verify', self.server.dir, check=False).returncode, 3)
        finally:
            self.s3.start()
        self.assertEqual(self.fetch(kept).body, b'fra foer')
        self.status(self.admin.upload(empty, b'naa', 'text/plain'), 201)
        run('verify', self.server.dir)

    def test_an_upload_outlives_a_bucket_that_goes_away_at_its_end(self):
        url, content = self.admin.self_of(self.new_object()) + 'fil/', noise(20_000)
        begun = self.admin.ask('POST', url, b'', {'Content-Length': '0', 'X-Upload-Content-Length': '20000'})
        where = self.status(begun, 200).headers['Location']

        def send(first, last):
            return self.admin.ask('PUT', where, content[first:last + 1], {'Content-Range': f'bytes {first}-{last}/20000'})
        self.status(send(0, 11_999), 200)
        self.s3.fail(100, 'PUT')
        self.status(send(12_000, 19_999), 503)
        self.s3.fail(0)
        self.status(send(12_000, 19_999), 201)
        self.assertEqual(self.admin.ask('GET', url).body, content)

    def test_a_lost_bucket_is_not_a_lost_document(self):
        kept = self.status(self.stored(b'fortsatt der'), 201).json
        away = self.s3.home / 'borte'
        (self.s3.home / s3.BUCKET).rename(away)
        try:
            self.status(self.fetch(kept), 503)
        finally:
            away.rename(self.s3.home / s3.BUCKET)
        self.assertEqual(self.fetch(kept).body, b'fortsatt der')

    def test_words_are_read_from_the_bucket(self):
        self.s3.fail(0)
        self.status(self.stored(b'Vafler og svipptur'), 201)
        package = self.admin.root('arkivstruktur')
        self.assertTrue(wait_for(lambda: self.admin.find(package, 'arkivstruktur/dokumentbeskrivelse',
                                                         search='svipptur')[1]))


@unittest.skipUnless(os.environ.get('SAMDRIFT_TEST_PG') and os.environ.get('SAMDRIFT_TEST_S3'), 'one database, one bucket')
class TwoMachines(Case):
    """Two servers, each with a folder of its own, over one database and one bucket."""

    @classmethod
    def setUpClass(cls):
        cls.servers = [Server()]
        cls.addClassCleanup(cls.servers[0].close)
        cls.servers.append(cls.servers[0].second())
        cls.addClassCleanup(cls.servers[1].stop)
        cls.clients = [server.client('admin') for server in cls.servers]

    def at(self, i, url):
        return url.replace(self.servers[0].url, self.servers[i].url)

    def test_chunks_in_turn(self):
        """Each chunk goes to the other server than the one before."""
        admin = self.clients[0]
        world = World(admin)
        objekt = world.objekt(world.dokument(world.registrering(world.mappe())))
        content = noise(100_000)
        begun = admin.ask('POST', admin.self_of(objekt) + 'fil/', b'', {
            'Content-Length': '0',
            'X-Upload-Content-Type': 'application/octet-stream', 'X-Upload-Content-Length': str(len(content))})
        self.assertEqual(begun.status, 200, begun)
        where = begun.headers['Location']
        for i, first in enumerate(range(0, len(content), 30_000)):
            part = content[first:first + 30_000]
            last = first + len(part) - 1
            reply = self.clients[(i + 1) % 2].ask('PUT', self.at((i + 1) % 2, where), part,
                                                  {'Content-Range': f'bytes {first}-{last}/{len(content)}'})
            self.assertEqual(reply.status, 201 if last + 1 == len(content) else 200, reply)
        for i in (0, 1):
            fil = self.at(i, admin.self_of(objekt) + 'fil/')
            self.assertEqual(self.clients[i].ask('GET', fil).body, content)
            self.assertEqual(self.clients[i].ask('GET', fil, headers={'Range': 'bytes=99990-'}).body, content[-10:])
        self.assertFalse([name for name in (self.servers[1].dir / 'blob').rglob('?' * 32) if name.is_file()])
        run('verify', self.servers[1].dir)


if __name__ == '__main__':
    unittest.main()
