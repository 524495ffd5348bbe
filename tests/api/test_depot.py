"""The depot from the command line: packages of members and guests, damage found and mended, events of valid form."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

import samdrift
from samdrift import ROOT, new_database, run

SHARED = pathlib.Path(os.environ.get('SAMDRIFT_SHARED', ROOT.parent / 'shared'))
XLINK = '''<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
<xs:attributeGroup name="simpleLink"/></xs:schema>'''


class Depot(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-depot-'))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.dir, self.copy, self.inn = self.home / 'follo', self.home / 'kopi', self.home / 'inn'
        place = new_database()
        run('init', self.dir, *(['--store', place] if place else []))
        run('cooperation', 'load', self.dir, ROOT / 'data' / 'follo.json')
        self.conf = f'[lager]\nstore = {place}\n[depot]\nkopi = {self.copy}\n'
        (self.dir / 'samdrift.conf').write_text(self.conf)
        (self.inn / 'dokumenter').mkdir(parents=True)
        (self.inn / 'arkivstruktur.xml').write_text('<arkiv/>')
        (self.inn / 'dokumenter' / 'å.pdf').write_bytes(b'%PDF-1.4' + bytes(5000))

    def add(self, path=None, who=('--municipality', 'nesodden'), agreement='7/2026'):
        return json.loads(run('depot', 'add', self.dir, path or self.inn, *who, '--agreement', agreement,
                              '--creator', 'Nesodden kommune', '--origin', 'Sak <8>', '--json').stdout)

    def check(self, *options):
        done = run('depot', 'check', self.dir, '--json', *options, check=False)
        told = json.loads(done.stdout)
        self.assertEqual(done.returncode, 1 if told['findings'] else 0)
        return told['findings']

    def flip(self, path, at=9):
        path.chmod(0o600)
        with open(path, 'r+b') as f:
            f.seek(at)
            byte = f.read(1)[0]
            f.seek(at)
            f.write(bytes([byte ^ 1]))

    def kept(self, package, name='inn/dokumenter/å.pdf', copy=False):
        return (self.copy if copy else self.dir / 'depot') / package['id'] / 'data' / name

    def small_disk(self, name, size):
        """A folder on a disk of its own, of that size."""
        folder = self.home / name
        folder.mkdir()
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', str(folder)], capture_output=True).returncode:
            self.skipTest('no disk can be made here (mount)')
        self.addCleanup(subprocess.run, ['umount', '-l', str(folder)], check=True)
        return folder

    def test_full_disk(self):
        """Of either copy: nothing is kept of a package, and which disk it is is told."""
        (self.inn / 'stor').write_bytes(bytes(1 << 20))
        disk = self.small_disk('disk', '512k')
        for place, conf in ((disk / 'kopi', f'[depot]\nkopi = {disk / "kopi"}\n'), (disk / 'depot', '')):
            (self.dir / 'samdrift.conf').write_text(self.conf.split('[depot]')[0] + conf)
            if not conf:
                (disk / 'depot').mkdir()
                shutil.rmtree(self.dir / 'depot')
                (self.dir / 'depot').symlink_to(disk / 'depot')
            refused = run('depot', 'add', self.dir, self.inn, '--guest', 'G', '--agreement', 'A', '--json', check=False)
            self.assertEqual(refused.returncode, 3)
            told = json.loads(refused.stderr)['error']
            self.assertEqual(told['code'], 'NO_SPACE')
            self.assertIn('/stor: No space left', told['text'])
            self.assertIn(str(place if conf else self.dir / 'depot'), told['text'])
            self.assertEqual(json.loads(run('depot', 'list', self.dir, '--json').stdout), [])
            self.assertEqual([p.name for p in place.iterdir() if p.is_dir()], [])

    def test_full_disk_at_a_check(self):
        """What cannot be put back is told with the reason, the other packages are checked, and the next check mends it."""
        disk = self.small_disk('disk', '512k')
        (self.dir / 'samdrift.conf').write_text(self.conf.split('[depot]')[0] + f'[depot]\nkopi = {disk / "kopi"}\n')
        self.copy = disk / 'kopi'
        (self.inn / 'stor').write_bytes(bytes(200000))
        first, second = self.add(), self.add(who=('--guest', 'G'), path=self.inn / 'arkivstruktur.xml')
        self.kept(first, 'inn/stor', copy=True).unlink()
        self.flip(self.kept(second, 'arkivstruktur.xml', copy=True), 2)
        fill = disk / 'fyll'
        with contextlib.suppress(OSError), open(fill, 'wb', buffering=0) as f:
            while f.write(bytes(4096)):
                pass
        found = self.check()
        self.assertIn((first['id'], 'inn/stor', 'damaged', True), [(f['package'], f['file'], f['state'], f['copy']) for f in found])
        self.assertIn('No space left', found[0]['why'])
        self.assertIn(second['id'], {f['package'] for f in found})
        self.assertEqual(list(self.copy.rglob('.ny')) + list(self.copy.rglob('*.ny')), [])
        fill.unlink()
        self.assertEqual({f['state'] for f in self.check()}, {'restored'})
        self.assertEqual(self.check(), [])

    def test_get_of_a_damaged_package(self):
        """Taken from the other copy, and told; whole in neither, every such file is named, and what to do."""
        package = self.add()
        self.flip(self.kept(package))
        got = run('depot', 'get', self.dir, package['id'], '--out', self.home / 'ut')
        self.assertIn('inn/dokumenter/å.pdf', got.stderr)
        self.assertIn('depot check', got.stderr)
        self.assertEqual((self.home / 'ut/inn/dokumenter/å.pdf').read_bytes(), (self.inn / 'dokumenter/å.pdf').read_bytes())
        self.flip(self.kept(package, copy=True), 12)
        for copy in (False, True):
            self.kept(package, 'inn/arkivstruktur.xml', copy).unlink()
        refused = run('depot', 'get', self.dir, package['id'], '--out', self.home / 'ut2', check=False)
        self.assertEqual(refused.returncode, 1)
        for word in ('inn/dokumenter/å.pdf', 'inn/arkivstruktur.xml', ' 2 of the files', 'backup', 'delivered'):
            self.assertIn(word, refused.stderr)
        self.assertFalse((self.home / 'ut2/inn').exists())
        shutil.rmtree(self.copy)
        self.copy.mkdir()
        self.assertIn('second is not there', run('depot', 'get', self.dir, package['id'], '--out', self.home / 'ut2',
                                                 check=False).stderr)

    def test_usage_copy_of_a_damaged_package(self):
        """Never with a byte that was not received: from the other copy, or not at all."""
        from extract import large, tar
        e = large(self.home / 'uttrekk', 3, 2)
        for source, name in ((self.home / 'uttrekk', 'uttrekk/dokumenter/1.txt'),
                             (tar(self.home / 'uttrekk', self.home / 'u.tar', '.'), 'u.tar')):
            package = self.add(source)
            get = ('depot', 'get', self.dir, package['id'], '--part', e.id('post 1'), '--json', '--out')
            sound = self.home / f'hel-{source.name}'
            with tarfile.open(json.loads(run(*get, sound).stdout)['dip']) as archive:
                wanted = next(archive.extractfile(m).read() for m in archive if m.name.endswith('dokumenter/1.txt'))
            self.flip(self.kept(package, name), 3)
            done = run(*get, self.home / f'ut-{source.name}')
            self.assertIn(name, done.stderr)
            with tarfile.open(json.loads(done.stdout)['dip']) as archive:
                self.assertEqual(next(archive.extractfile(m).read() for m in archive if m.name.endswith('dokumenter/1.txt')), wanted)
            self.flip(self.kept(package, name, copy=True), 3)
            out = self.home / f'nei-{source.name}'
            self.assertEqual(run(*get, out, check=False).returncode, 1)
            self.assertEqual(list(out.iterdir()), [])

    def test_usage_copy_of_a_package_that_lacks_files(self):
        """What is gone from one copy comes from the other; what was never received is left out."""
        from extract import large
        e = large(self.home / 'uttrekk', 3, 2)
        (self.home / 'uttrekk' / 'dokumenter' / '5.txt').unlink()
        package = self.add(self.home / 'uttrekk')
        get = ('depot', 'get', self.dir, package['id'], '--part', e.id('sak 1') + ',' + e.id('sak 3'), '--json', '--out')
        for n, gone in enumerate(('', 'dokumenter/1.txt', 'arkivstruktur.xml')):
            if gone:
                self.kept(package, f'uttrekk/{gone}').unlink()
            done = run(*get, self.home / f'ut{n}')
            self.assertIn(f'uttrekk/{gone}' if gone else '', done.stderr)
            with tarfile.open(json.loads(done.stdout)['dip']) as archive:
                self.assertEqual(sorted(m.name.rsplit('/', 1)[1] for m in archive if '/dokumenter/' in m.name and m.isfile()),
                                 ['1.txt', '2.txt', '6.txt'])
        self.kept(package, 'uttrekk/dokumenter/1.txt', copy=True).unlink()
        self.assertEqual(run(*get, self.home / 'nei', check=False).returncode, 1)
        self.assertEqual(list((self.home / 'nei').iterdir()), [])

    def test_neither_file_nor_folder(self):
        (self.inn / 'lenke').symlink_to('/etc/passwd')
        refused = run('depot', 'add', self.dir, self.inn, '--guest', 'G', '--agreement', 'A', check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn('lenke is neither a file nor a folder', refused.stderr)

    def test_one_flipped_bit(self):
        package = self.add()
        self.assertEqual((package['files'], package['bytes']), (2, 5016))
        self.assertEqual(self.check(), [])
        for copy in (False, True):
            self.flip(self.kept(package, copy=copy))
            self.assertEqual(self.check(), [{'package': package['id'], 'file': 'inn/dokumenter/å.pdf',
                                             'state': 'restored', 'copy': copy}])
            self.assertEqual(self.check(), [])
        out = self.home / 'ut'
        run('depot', 'get', self.dir, package['id'], '--out', out)
        self.assertEqual((out / 'inn' / 'dokumenter' / 'å.pdf').read_bytes(),
                         (self.inn / 'dokumenter' / 'å.pdf').read_bytes())

    def test_lost(self):
        package = self.add()
        self.flip(self.kept(package))
        self.kept(package, copy=True).unlink()
        self.assertEqual([f['state'] for f in self.check('--package', package['id'])], ['lost', 'lost'])
        refused = run('depot', 'get', self.dir, package['id'], '--out', self.home / 'ut', check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertFalse((self.home / 'ut' / 'inn').exists())

    def test_usage_copy(self):
        """A DIP of one journalpost and one mappe: they whole, what they lie in, their documents, nothing else."""
        from extract import large, tar
        e = large(self.home / 'uttrekk', 3, 2)
        (self.home / 'uttrekk' / 'arkivstruktur.xsd').write_text('<schema/>')
        for source in (self.home / 'uttrekk', tar(self.home / 'uttrekk', self.home / 'u.tar', '.')):
            package = json.loads(run('depot', 'add', self.dir, source, '--guest', 'G', '--agreement', 'A', '--json').stdout)
            out = self.home / f'dip-{source.name}'
            told = json.loads(run('depot', 'get', self.dir, package['id'], '--out', out, '--part',
                                  f'{e.id("post 1")},{e.id("sak 3")}', '--json').stdout)
            with tarfile.open(told['dip']) as archive:
                root = archive.getnames()[0].split('/')[0]
                names = sorted(m.name.split('/', 1)[1] for m in archive.getmembers() if m.isfile())
                structure = archive.extractfile(f'{root}/content/arkivstruktur.xml').read().decode()
                mets = archive.extractfile(f'{root}/dias-mets.xml').read().decode()
            self.assertEqual(names, ['content/arkivstruktur.xml', 'content/arkivstruktur.xsd', 'content/dokumenter/1.txt',
                                     'content/dokumenter/5.txt', 'content/dokumenter/6.txt', 'dias-mets.xml'])
            for name in ('post 1', 'sak 1', 'sak 3', 'post 5', 'post 6', 'Del', 'arkiv', 'klasse 1'):
                self.assertIn(e.id(name), structure)
            for name in ('post 2', 'sak 2', 'post 3'):
                self.assertNotIn(e.id(name), structure)
            ElementTree.fromstring(structure)
            self.assertIn('TYPE="DIP"', mets)
            self.assertEqual([e.tag for e in ElementTree.fromstring(mets).iter()
                              if e.tag.endswith(('}name', '}note', '}altRecordID')) and not (e.text or '').strip()], [])
            self.assertEqual(list(out.glob('.*')), [])
        refused = run('depot', 'get', self.dir, package['id'], '--out', self.home / 'x', '--part', e.id('ukjent'), check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(e.id('ukjent'), refused.stderr)

    def test_any_bag_tool_can_check_it(self):
        package = self.add()
        for top in (self.dir / 'depot', self.copy):
            for manifest in ('manifest-sha256.txt', 'tagmanifest-sha256.txt'):
                subprocess.run(['sha256sum', '-c', '--quiet', '--strict', manifest], cwd=top / package['id'], check=True)

    def test_owners(self):
        """A guest sees its own only; the same bytes may belong to two."""
        ours, guest = self.add(), self.add(who=('--guest', 'Gjest A'))
        self.assertNotEqual(ours['id'], guest['id'])

        def ids(*who):
            return [p['id'] for p in json.loads(run('depot', 'list', self.dir, *who, '--json').stdout)]
        self.assertEqual(ids(), [ours['id'], guest['id']])
        self.assertEqual(ids('--guest', 'Gjest A'), [guest['id']])
        self.assertEqual(ids('--guest', 'Gjest B'), [])
        self.assertEqual(ids('--municipality', 'nesodden'), [ours['id']])
        for who in (('--guest', 'Gjest B'), ('--municipality', 'aas')):
            refused = run('depot', 'get', self.dir, guest['id'], '--out', self.home / 'ut', *who, check=False)
            self.assertEqual(refused.returncode, 1)
        listed = json.loads(run('depot', 'list', self.dir, '--json').stdout)[0]
        self.assertEqual((listed['agreement'], listed['creator'], listed['origin']),
                         ('7/2026', 'Nesodden kommune', 'Sak <8>'))

    def test_refusals(self):
        cases = [(1, ('depot', 'add', self.dir, self.home / 'borte', '--guest', 'G', '--agreement', 'A')),
                 (1, ('depot', 'add', self.dir, self.inn, '--municipality', 'oslo', '--agreement', 'A')),
                 (2, ('depot', 'add', self.dir, self.inn, '--agreement', 'A')),
                 (2, ('depot', 'add', self.dir, self.inn, '--guest', 'G')),
                 (2, ('depot', 'list', self.dir, '--guest', 'G', '--municipality', 'aas')),
                 (2, ('depot', 'get', self.dir, 'x')),
                 (1, ('depot', 'check', self.dir, '--package', '../../etc')),
                 (1, ('depot', 'get', self.dir, '01890a5d-ac96-774b-bcce-b302099a8057', '--out', self.home))]
        for status, command in cases:
            with self.subTest(command=command[1:]):
                done = run(*command, check=False)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertTrue(done.stderr)
        self.add()
        self.assertEqual(run('depot', 'add', self.dir, self.inn, '--municipality', 'nesodden', '--agreement', 'B',
                             check=False).returncode, 1)

    def test_killed_on_its_way(self):
        """kill -9 in the middle of an addition: nothing is kept, and the next one sweeps."""
        big = self.home / 'stor.tar'
        with open(big, 'wb') as f:
            f.truncate(3 << 30)
        process = subprocess.Popen([str(samdrift.PROGRAM), 'depot', 'add', str(self.dir), str(big), '--guest', 'G',
                                    '--agreement', 'A'], stdout=subprocess.DEVNULL)
        depot = self.dir / 'depot'
        while process.poll() is None and not list(depot.glob('.inn-*/data/stor.tar')):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        big.unlink()
        self.assertEqual(process.returncode, -9)
        self.assertEqual(json.loads(run('depot', 'list', self.dir, '--json').stdout), [])
        self.add()
        self.assertEqual(list(depot.glob('.inn-*')) + list(self.copy.glob('.inn-*')), [])

    def test_server_checks_by_itself(self):
        package = self.add()
        self.flip(self.kept(package))
        os.utime(self.dir / 'depot' / package['id'] / 'premis.xml', (1e9, 1e9))
        (self.dir / 'samdrift.conf').write_text(self.conf + 'kontroll_timer = 24\n')
        process = subprocess.Popen([str(samdrift.PROGRAM), 'serve', str(self.dir), '--listen', '127.0.0.1:0', '--json'],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            self.assertTrue(process.stdout.readline())
            wanted, until = (self.inn / 'dokumenter' / 'å.pdf').read_bytes(), time.monotonic() + 30
            while self.kept(package).read_bytes() != wanted and time.monotonic() < until:
                time.sleep(0.05)
            self.assertEqual(self.kept(package).read_bytes(), wanted)
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, log)
        self.assertIn(f'depot {package["id"]}: a file is restored', log)
        self.assertNotIn('unknown setting', log)

    def test_events_are_valid(self):
        schema = SHARED / 'schemas' / 'dias' / 'DIAS_PREMIS.xsd'
        if not schema.exists():
            self.skipTest('the schema of DIAS is not here (SAMDRIFT_SHARED)')
        package = self.add()
        self.flip(self.kept(package))
        self.check()
        self.check()
        (self.home / 'xlink.xsd').write_text(XLINK)
        catalog = self.home / 'catalog.xml'
        catalog.write_text('<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><system systemId='
                           '"http://www.loc.gov/standards/xlink/xlink.xsd" uri="xlink.xsd"/>'
                           '<uri name="http://www.loc.gov/standards/xlink/xlink.xsd" uri="xlink.xsd"/></catalog>')
        events = self.dir / 'depot' / package['id'] / 'premis.xml'
        done = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', str(schema), str(events)],
                              env={**os.environ, 'XML_CATALOG_FILES': str(catalog)}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(events.read_text().count('<premis:event>'), 3)
        self.assertEqual(events.read_text(), (self.copy / package['id'] / 'premis.xml').read_text())


if __name__ == '__main__':
    unittest.main()
