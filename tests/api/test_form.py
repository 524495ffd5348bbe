"""Definitions of forms on the command line."""
import json
import pathlib
import tempfile
import unittest

from samdrift import ROOT, Server, run

GARAGE = ROOT / 'data' / 'skjema' / 'garasje.json'


class Forms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def changed(self, **changes):
        form = json.loads(GARAGE.read_text()) | changes
        file = pathlib.Path(self.server.home) / 'skjema.json'
        file.write_text(json.dumps(form))
        return file

    def statuses(self):
        forms = run('form', 'list', self.server.dir, '--municipality', 'nesodden', '--json').stdout
        return {form['version']: form['status'] for form in json.loads(forms)}

    def test_shipped_forms_are_faultless(self):
        files = sorted(GARAGE.parent.glob('*.json'))
        done = run('form', 'lint', *files)
        self.assertEqual(len(done.stdout.splitlines()), len(files))
        both = run('form', 'lint', files[0], self.changed(theme=''), '--json', check=False)
        self.assertEqual((both.returncode, [f['pointer'] for f in json.loads(both.stdout)]), (1, ['/theme']))

    def test_every_fault_is_told_with_its_place(self):
        done = run('form', 'lint', self.changed(theme='', answer_days=0, level='x'), '--json', check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([f['pointer'] for f in json.loads(done.stdout)], ['/theme', '/level', '/answer_days'])
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            file.write('{"id": ')
            file.flush()
            self.assertEqual(run('form', 'lint', file.name, check=False).returncode, 1)
        self.assertEqual(run('form', 'lint', '/finnes/ikke', check=False).returncode, 3)

    def test_into_use(self):
        add = ('form', 'add', self.server.dir)
        refused = run(*add, GARAGE, '--municipality', 'nesodden', check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn('Sakarkiv', refused.stderr)
        admin = self.server.client('admin')
        arkiv = admin.create(admin.root('arkivstruktur'), 'arkivstruktur/ny-arkiv', {'tittel': 'A'})
        admin.create(arkiv, 'arkivstruktur/ny-arkivdel', {'tittel': 'Sakarkiv'})
        for _ in range(2):
            run(*add, GARAGE, '--municipality', 'nesodden')
        self.assertEqual(run(*add, self.changed(theme='annet'), '--municipality', 'nesodden', check=False).returncode, 1)
        run(*add, self.changed(version=2), '--municipality', 'nesodden')
        forms = json.loads(run('form', 'list', self.server.dir, '--municipality', 'nesodden', '--json').stdout)
        self.assertEqual([(f['id'], f['version'], f['status']) for f in forms],
                         [('garasje', 2, 'i bruk'), ('garasje', 1, 'i bruk')])
        nesodden = ('--municipality', 'nesodden')
        self.assertEqual(run('form', 'publish', self.server.dir, 'garasje', *nesodden, check=False).returncode, 1)
        run(*add, self.changed(version=3), *nesodden, '--draft')
        self.assertEqual(self.statuses(), {3: 'utkast', 2: 'i bruk', 1: 'i bruk'})
        run('form', 'publish', self.server.dir, 'garasje', *nesodden)
        printed = run('form', 'export', self.server.dir, 'garasje', *nesodden).stdout
        self.assertEqual(printed, pathlib.Path(self.changed(version=3)).read_text())
        run('form', 'retire', self.server.dir, 'garasje', *nesodden)
        self.assertEqual(run('form', 'export', self.server.dir, 'garasje', *nesodden, check=False).returncode, 1)
        self.assertEqual(set(self.statuses().values()), {'trukket'})
        self.assertEqual(run('form', 'retire', self.server.dir, 'garasje', *nesodden, check=False).returncode, 1)
        self.assertEqual(run('form', 'list', self.server.dir, '--municipality', 'finnes-ikke', check=False).returncode, 1)


if __name__ == '__main__':
    unittest.main()
