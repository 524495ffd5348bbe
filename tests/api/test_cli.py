"""The command line: texts, exit statuses, --json."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from samdrift import PASSWORD, PROGRAM, ROOT, Case, KeptDocuments, Server, World, run, shared


def ask(*args, stdin='', lang='C'):
    """-> (status, output, complaints)"""
    env = {**os.environ, 'LANG': lang, 'LC_ALL': '', 'LC_MESSAGES': ''}
    done = subprocess.run([str(PROGRAM), *map(str, args)], input=stdin, capture_output=True, text=True, env=env,
                          timeout=60)
    return done.returncode, done.stdout, done.stderr


class Help(unittest.TestCase):
    def test_each_command(self):
        commands = [' '.join(line[2:25].split()) for line in ask('help')[1].splitlines() if line.startswith('  ')]
        self.assertGreater(len(commands), 30)
        for command in commands:
            for lang, word in (('nb_NO.UTF-8', 'Status'), ('en_GB.UTF-8', 'tatus')):
                with self.subTest(command + lang):
                    status, out, _ = ask(*command.split(), '--help', lang=lang)
                    self.assertEqual(status, 0)
                    self.assertIn('samdrift ' + command, out)
                    self.assertIn(word, out)
                    self.assertEqual(ask('help', *command.split(), lang=lang)[1], out)

    def test_language(self):
        self.assertIn('Bruk:', ask('help', lang='nb_NO.UTF-8')[1])
        self.assertIn('Bruk:', ask('help', lang='nn_NO')[1])
        self.assertIn('Use:', ask('help', lang='C')[1])

    def test_wrong_use(self):
        for args in ((), ('tull',), ('user',), ('user', 'tull'), ('init',), ('init', 'a', 'b'), ('init', 'a', '--tull'),
                     ('serve', 'x', '--listen'), ('version', '--listen', 'x'), ('help', 'tull')):
            with self.subTest(args):
                self.assertEqual(ask(*args)[0], 2)

    def test_what_may_be_meant(self):
        for args, meant in ((('serv',), 'serve'), (('muncipality', 'list'), 'municipality'), (('user', 'ad'), 'add'),
                            (('user', 'add', 'x', '--nmae', 'y'), '--name'), (('serve', 'x', '--listn=y'), '--listen'),
                            (('help', 'serv'), 'serve'), (('help', 'user', 'ad'), 'add')):
            with self.subTest(args):
                self.assertIn(f"Did you mean '{meant}'?", ask(*args)[2])
        for args in (('tull',), ('user', 'tull'), ('init', 'a', '--tull')):
            with self.subTest(args):
                self.assertNotIn('Did you mean', ask(*args)[2])
        self.assertIn('Mente du «serve»?', ask('serv', lang='nb_NO.UTF-8')[2])

    def test_what_is_missing(self):
        self.assertIn('samdrift serve DIR [--listen', ask('serve')[2])
        for name in ('add', 'list', 'password', 'reset-code', 'remove'):
            self.assertRegex(ask('user')[2], rf'samdrift user {name} ')
            self.assertRegex(ask('help', 'user', 'tull')[2], rf'samdrift user {name} ')
        self.assertEqual(len(ask('serve', '--json')[2].splitlines()), 1)

    def test_file_that_is_no_form(self):
        status, _, complaints = ask('form', 'lint', ROOT / 'README.md')
        self.assertEqual(status, 1)
        self.assertIn('README.md: ', complaints)

    def test_version(self):
        self.assertEqual(json.loads(ask('version', '--json')[1])['product'], 'Samdrift')
        self.assertRegex(ask('--version')[1], r'^samdrift \d+\.\d+')

    def test_openapi(self):
        document = json.loads(ask('openapi', '--url', 'https://x.example/aas/noark5')[1])
        self.assertTrue(document['openapi'].startswith('3.1'))
        self.assertIn('https://x.example/aas/noark5', json.dumps(document['servers']))


class Cooperation(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory(prefix='samdrift-cli-')
        self.addCleanup(self.home.cleanup)
        self.dir = pathlib.Path(self.home.name) / 'follo'

    def init(self):
        self.assertEqual(ask('init', self.dir)[0], 0)

    def test_init(self):
        self.init()
        conf = (self.dir / 'samdrift.conf').read_text()
        self.assertIn('[lager]', conf)
        self.assertEqual((self.dir / 'samdrift.conf').stat().st_mode & 0o077, 0)
        status, out, _ = ask('init', self.dir, '--json')
        self.assertEqual((status, json.loads(out)['created']), (0, False))

    def test_init_refuses_other_content(self):
        self.dir.mkdir()
        (self.dir / 'brev.txt').write_text('x')
        status, _, complaint = ask('init', self.dir, lang='nb')
        self.assertEqual(status, 1)
        self.assertIn('inneholder noe annet', complaint)
        self.assertEqual(os.listdir(self.dir), ['brev.txt'])

    def test_init_where_nothing_can_be_made(self):
        self.assertEqual(ask('init', self.dir / 'a' / 'b')[0], 3)
        self.assertEqual(ask('init', self.dir, '--store', 'mysql://x')[0], 2)

    def test_not_a_cooperation(self):
        for args in (('municipality', 'list'), ('user', 'list'), ('verify',), ('serve',)):
            status, _, complaint = ask(*args, self.dir)
            self.assertEqual(status, 1, args)
            self.assertIn('samdrift init', complaint)

    def test_follo(self):
        self.init()
        status, out, _ = ask('cooperation', 'load', self.dir, ROOT / 'data' / 'follo.json', '--json')
        self.assertEqual((status, json.loads(out)), (0, {'added': 6, 'present': 0}))
        self.assertEqual(json.loads(ask('cooperation', 'load', self.dir, ROOT / 'data' / 'follo.json', '--json')[1]),
                         {'added': 0, 'present': 6})
        members = json.loads(ask('municipality', 'list', self.dir, '--json')[1])
        self.assertEqual([member['slug'] for member in members],
                         ['frogn', 'nesodden', 'oppegaard', 'ski', 'vestby', 'aas'])

    def test_load_is_all_or_nothing(self):
        self.init()
        file = pathlib.Path(self.home.name) / 'x.json'
        for text in ('', '{}', '[]', '{"name":"x","members":[{"name":"A","number":"1"}]}',
                     '{"name":"x","members":[{"name":"A","number":"0301"},{"number":"0302"}]}',
                     '{"name":"x","members":[{"name":"A","number":"0301"},{"name":"B","number":"0301"}]}'):
            file.write_text(text)
            with self.subTest(text):
                self.assertEqual(ask('cooperation', 'load', self.dir, file)[0], 1)
                self.assertEqual(json.loads(ask('municipality', 'list', self.dir, '--json')[1]), [])
        self.assertIn(ask('cooperation', 'load', self.dir, file.with_name('nei.json'))[0], (1, 3))

    def test_municipality(self):
        self.init()
        status, out, _ = ask('municipality', 'add', self.dir, '--name', 'Ås', '--number', '3218', '--json')
        self.assertEqual((status, json.loads(out)['slug']), (0, 'aas'))
        self.assertEqual(ask('municipality', 'add', self.dir, '--name', 'Ås', '--number', '3219')[0], 1)
        self.assertEqual(ask('municipality', 'add', self.dir, '--name', 'Aas', '--number', '3218', '--slug', 'b')[0], 1)
        for number, orgnr in (('1', ''), ('12345', ''), ('abcd', ''), ('3220', '123456789')):
            self.assertEqual(ask('municipality', 'add', self.dir, '--name', 'X', '--number', number,
                                 *(['--orgnr', orgnr] if orgnr else []))[0], 1, number + orgnr)
        self.assertEqual(ask('municipality', 'add', self.dir, '--name', 'X')[0], 2)
        self.assertEqual(ask('municipality', 'remove', self.dir, 'aas')[0], 0)
        self.assertEqual(ask('municipality', 'remove', self.dir, 'aas')[0], 1)

    def test_users(self):
        self.init()
        ask('municipality', 'add', self.dir, '--name', 'Ås', '--number', '3218')

        def add(role='leser', password=PASSWORD, municipality='aas', name='a@example.com'):
            return ask('user', 'add', self.dir, '--name', name, '--municipality', municipality, '--role', role,
                       stdin=password + '\n')[0]
        self.assertEqual(add(), 0)
        self.assertEqual(add('konge'), 2)
        self.assertEqual(add(municipality='oslo'), 1)
        self.assertEqual(add(name='b@example.com', password='kort'), 1)
        self.assertEqual(add('arkivar'), 0)
        self.assertEqual(add(password='et helt annet'), 1)
        users = json.loads(ask('user', 'list', self.dir, '--json')[1])
        self.assertEqual(users, [{'name': 'a@example.com', 'municipality': 'aas', 'role': 'arkivar'}])
        self.assertEqual(ask('user', 'password', self.dir, '--name', 'a@example.com', stdin='et nytt passord\n')[0], 0)
        self.assertEqual(ask('user', 'password', self.dir, '--name', 'x@example.com', stdin='et nytt passord\n')[0], 1)
        self.assertEqual(ask('user', 'remove', self.dir, '--name', 'a@example.com', '--municipality', 'aas')[0], 0)
        self.assertEqual(json.loads(ask('user', 'list', self.dir, '--json')[1]), [{'name': 'a@example.com'}])
        self.assertEqual(json.loads(ask('user', 'list', self.dir, '--municipality', 'aas', '--json')[1]), [])

    def test_password_is_not_kept_readable(self):
        self.init()
        ask('municipality', 'add', self.dir, '--name', 'Ås', '--number', '3218')
        ask('user', 'add', self.dir, '--name', 'a@example.com', '--municipality', 'aas', '--role', 'leser',
            stdin='korrekt hest batteri\n')
        content = b''.join(path.read_bytes() for path in self.dir.rglob('*') if path.is_file())
        self.assertNotIn(b'korrekt hest', content)
        self.assertIn(b'argon2id', content)

    def test_complaints_as_json(self):
        _, _, complaint = ask('municipality', 'list', self.dir, '--json')
        self.assertIn('text', json.loads(complaint)['error'])


class Serve(Case):
    @unittest.skipIf(os.environ.get("SAMDRIFT_TEST_PG"), "on PostgreSQL several servers serve one co-operation")
    def test_second_server_is_refused(self):
        status, _, complaint = ask('serve', self.server.dir, '--listen', '127.0.0.1:0')
        self.assertEqual(status, 1)
        self.assertIn(str(self.server.dir), complaint)

    def test_port_in_use(self):
        port = self.server.url.rpartition(':')[2]
        with tempfile.TemporaryDirectory() as home:
            ask('init', home + '/x')
            status, _, complaint = ask('serve', home + '/x', '--listen', '127.0.0.1:' + port)
            self.assertEqual(status, 3)
            self.assertIn(port, complaint)

    def test_stops_on_signals(self):
        server = Server(users=False)
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        server.start()
        self.assertEqual(server.stop(signal.SIGINT), 0)
        server.close()

    def test_remove_is_refused_while_serving_or_full(self):
        self.world
        self.assertEqual(ask('municipality', 'remove', self.server.dir, 'nesodden')[0], 1)


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        admin = cls.server.client('admin')
        world = World(admin)
        cls.content = b'innhold som skal vare'
        cls.objekt = admin.upload(world.dokument(world.registrering(world.mappe())), cls.content).json
        cls.server.stop()
        cls.documents, cls.name = KeptDocuments(cls.server), cls.objekt['sjekksum']

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def findings(self):
        status, out, complaint = ask('verify', self.server.dir, '--json')
        self.assertIn(status, (0, 1), complaint)
        return status, json.loads(out)['findings']

    def test_fine(self):
        self.assertEqual(self.findings(), (0, []))
        self.assertEqual(ask('verify', self.server.dir, '--municipality', 'nesodden')[0], 0)
        self.assertEqual(ask('verify', self.server.dir, '--municipality', 'oslo')[0], 1)

    def test_changed_document(self):
        self.documents.write(self.name, b'innhold som er endret')
        try:
            status, findings = self.findings()
            self.assertEqual((status, findings[0]['municipality']), (1, 'nesodden'))
            self.assertIn('changed', findings[0]['what'])
        finally:
            self.documents.write(self.name, self.content)

    def test_missing_document(self):
        self.documents.remove(self.name)
        try:
            status, findings = self.findings()
            self.assertEqual(status, 1)
            self.assertIn('missing', ' '.join(finding['what'] for finding in findings))
            self.assertIn(self.objekt['systemID'], json.dumps(findings))
        finally:
            self.documents.write(self.name, self.content)

    def test_full_municipality_is_not_removed(self):
        status, _, complaint = ask('municipality', 'remove', self.server.dir, 'nesodden')
        self.assertEqual(status, 1)
        self.assertEqual(ask('municipality', 'remove', self.server.dir, 'vestby')[0], 0)


class Crash(unittest.TestCase):
    def test_what_was_acknowledged_is_there(self):
        """kill -9 in the middle of writing: every 201 that came back is found again."""
        import concurrent.futures
        import threading
        server = Server()
        try:
            admin = server.client('admin')
            world = World(admin)
            url, acknowledged, lock = admin.href(world.arkivdel, 'arkivstruktur/ny-mappe'), [], threading.Lock()

            def work(i):
                try:
                    for _ in range(200):
                        reply = admin.ask('POST', url, {'tittel': f'm{i}'})
                        if reply.status == 201:
                            with lock:
                                acknowledged.append(reply.json['systemID'])
                except Exception:  # the server was killed under us
                    pass
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                futures = [pool.submit(work, i) for i in range(8)]
                while len(acknowledged) < 150 and not all(future.done() for future in futures):
                    time.sleep(0.01)
                server.stop(signal.SIGKILL)
            server.start()
            admin = server.client('admin')
            package = admin.root('arkivstruktur')
            found = set()
            page, url = None, admin.href(package, 'arkivstruktur/mappe') + '?$top=100'
            while url:
                page = admin.get(url)
                found |= {thing['systemID'] for thing in page.get('results', [])}
                url = page['_links'].get('next', {}).get('href')
            self.assertGreaterEqual(len(acknowledged), 100)
            self.assertEqual(set(acknowledged) - found, set())
            server.stop()
            self.assertEqual(run('verify', server.dir).returncode, 0)
        finally:
            server.close()


if __name__ == '__main__':
    unittest.main()
