"""A municipality that moves: everything is exported, imported in an empty installation and exported again."""
import json
import os
import pathlib
import unittest

from deposits import Extract, Period, official, xmllint
from samdrift import Server, run

SAMPLES = pathlib.Path(os.environ.get('SAMDRIFT_SHARED') or pathlib.Path(__file__).resolve().parents[3] / 'shared') / 'samples'


def export(server, arkivdeler, out, version='5.0', municipality='nesodden'):
    names = [word for name in arkivdeler for word in ('--arkivdel', name)]
    done = run('deposit', 'export', server.dir, '--municipality', municipality, *names, '--out', out,
               '--noark', version, '--json', check=False)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return Extract(out), json.loads(done.stdout)


def bring(server, path, municipality='nesodden'):
    return json.loads(run('deposit', 'import', server.dir, path, '--municipality', municipality, '--json').stdout)


class Moved(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.here = Server()
        self.addCleanup(self.here.close)
        self.work = self.here.home

    def test_the_same_content(self):
        """All kinds of material: XML, business metadata, change log, journals and documents are byte for byte the same."""
        period = Period(self.here.client('admin')).fill()
        period.close()
        first, told = export(self.here, [period.arkivdel['systemID']], self.work / 'en')
        there = Server()
        self.addCleanup(there.close)
        imported = bring(there, first.folder)
        self.assertEqual((imported['documents'], imported['entries']), (told['dokumenter'], told['endringer']))
        losses = [f for f in imported['findings'] if f['id'] not in ('FILE_KEPT', 'NEW_CODE')]
        self.assertEqual(losses, [])
        self.assertEqual(run('verify', there.dir, check=False).stdout[-1:], '\n')
        second, _ = export(there, [period.arkivdel['systemID']], self.work / 'to')
        self.assertEqual(second.files(), first.files())
        def lines(extract):
            return {name: (extract.folder / name).read_bytes().splitlines() for name in extract.files()}
        one, two = lines(first), lines(second)
        differ = {name: [pair for pair in zip(one[name], two[name]) if pair[0] != pair[1]][:5]
                  for name in one if one[name] != two[name]}
        self.assertEqual(differ, {})


@unittest.skipUnless(SAMPLES.is_dir(), 'the samples are not here (SAMDRIFT_SHARED)')
class RealMoved(unittest.TestCase):
    def test_documaster(self):
        server = Server()
        self.addCleanup(server.close)
        source = Extract(SAMPLES / 'documaster-valid-mixed' / 'extraction')
        bring(server, source.folder)
        arkivdeler = [Extract.get(e, 'systemID') for e in source.all('arkivstruktur', 'arkivdel')]
        old, _ = export(server, arkivdeler, server.home / 'gammel', '3.1')
        for element in ('mappe', 'registrering', 'dokumentbeskrivelse', 'dokumentobjekt', 'korrespondansepart', 'merknad',
                        'sakspart', 'presedens', 'avskrivning', 'klasse', 'arkivdel'):
            self.assertEqual(len(old.all('arkivstruktur', element)), len(source.all('arkivstruktur', element)), element)
        for element in ('tittel', 'mappeID', 'registreringsID', 'sjekksum', 'opprettetDato', 'journalposttype'):
            self.assertEqual(old.values('arkivstruktur', element), source.values('arkivstruktur', element), element)
        new, _ = export(server, arkivdeler, server.home / 'ny', '5.0')
        for name in ('arkivstruktur', 'loependeJournal', 'offentligJournal'):
            self.assertEqual(xmllint(official('5.0', name), new.folder / f'{name}.xml'), '')


if __name__ == '__main__':
    unittest.main()
