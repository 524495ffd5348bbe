"""Templates of letters on the command line."""
import json
import pathlib
import unittest

from samdrift import ROOT, Server, run

SHIPPED = sorted((ROOT / 'data' / 'brevmal').glob('*.json'))
NESODDEN = ('--municipality', 'nesodden')


class Templates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(users=False)
        cls.addClassCleanup(cls.server.close)

    def changed(self, **changes):
        file = pathlib.Path(self.server.home) / 'mal.json'
        file.write_text(json.dumps(json.loads((ROOT / 'data/brevmal/vedtak.json').read_text()) | changes))
        return file

    def add(self, file, municipality=NESODDEN):
        return run('letter', 'add', self.server.dir, file, *municipality, '--json', check=False)

    def test_into_use(self):
        for file in [*SHIPPED, *SHIPPED]:
            self.assertEqual(self.add(file).returncode, 0)
        self.assertEqual(self.add(self.changed(appeal_days=28)).returncode, 1)
        self.assertEqual(json.loads(self.add(self.changed(appeal_days=28, version=2)).stdout)['version'], 2)
        listed = json.loads(run('letter', 'list', self.server.dir, *NESODDEN, '--json').stdout)
        self.assertEqual([(t['id'], t['version']) for t in listed],
                         [(f.stem, 2 if f.stem == 'vedtak' else 1) for f in SHIPPED])
        self.assertEqual(json.loads(run('letter', 'list', self.server.dir, '--municipality', 'frogn', '--json').stdout), [])

    def test_what_the_law_demands(self):
        refused = self.add(self.changed(appeal_days=14, version=3))
        self.assertEqual(refused.returncode, 1)
        self.assertIn('/appeal_days', refused.stderr)
        blocks = [b for b in json.loads(self.changed().read_text())['blocks'] if b['id'] != 'klage']
        refused = self.add(self.changed(blocks=blocks, version=3))
        self.assertIn('/blocks/klage', refused.stderr)
        self.assertEqual(self.add('/finnes/ikke').returncode, 3)
        self.assertEqual(self.add(SHIPPED[0], ()).returncode, 2)
        self.assertEqual(self.add(SHIPPED[0], ('--municipality', 'finnesikke')).returncode, 1)


if __name__ == '__main__':
    unittest.main()
