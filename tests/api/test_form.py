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

    def test_shipped_forms_are_faultless(self):
        for file in GARAGE.parent.glob('*.json'):
            self.assertEqual(run('form', 'lint', file, check=False).returncode, 0, file)

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
        self.assertEqual([(f['id'], f['version']) for f in forms], [('garasje', 2)])
        self.assertEqual(run('form', 'list', self.server.dir, '--municipality', 'finnes-ikke', check=False).returncode, 1)


if __name__ == '__main__':
    unittest.main()
