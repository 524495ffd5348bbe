"""samdrift deposit validate over what samdrift deposit export makes: nothing is found, until something is damaged."""
import json
import pathlib
import shutil
import tarfile
import unittest

from samdrift import run
from test_export import SCHEMAS, VERSIONS, Exports


def validate(path, *options):
    """-> (status, {test: its result})"""
    done = run('deposit', 'validate', path, '--json', *options, check=False)
    result = json.loads(done.stdout)
    return done.returncode, {test['id'].removeprefix('N5.'): test for test in result['tests']}


def errors(tests):
    return [(number, finding) for number, test in tests.items() for finding in test['findings']
            if finding['severity'] == 'error']


class OwnExports(Exports):
    def test_nothing_is_found_in_any_version(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                status, tests = validate(self.extract(version).folder, *SCHEMAS)
                self.assertEqual(errors(tests), [])
                self.assertEqual(status, 0)
                self.assertEqual(tests['10']['numbers'][0]['value'], self.told(version)['mapper'])
                self.assertEqual(tests['16']['numbers'][0]['value'], self.told(version)['registreringer'])

    def test_nothing_is_found_by_the_schemas_of_the_model(self):
        for form, missing in (('folder', []), ('sip', []), ('aip', ['ead.xsd', 'eac-cpf.xsd', 'systemhåndbok.pdf'])):
            with self.subTest(form=form):
                out, _ = self.export('--format', form)
                status, tests = validate(out)
                self.assertEqual((status, errors(tests)), (0, []))
                found = [f for test in tests.values() for f in test['findings']]
                self.assertEqual({f['id'] for f in found if f['severity'] == 'info'}, {'SCHEMA_MADE'})
                self.assertEqual([f['place'].rpartition('/')[2] for f in found if f['severity'] == 'warning'], missing)

    def package(self, form):
        out, _ = self.export('--format', form, *SCHEMAS, name=form)
        return next(out.rglob('*.tar'))

    def test_packages_as_tar_and_unpacked(self):
        for form in ('sip', 'aip'):
            tar = self.package(form)
            unpacked = self.home / f'{form}-unpacked'
            with tarfile.open(tar) as archive:
                archive.extractall(unpacked)
            for path in (tar, tar.parent, unpacked):
                with self.subTest(form=form, path=path.name):
                    status, tests = validate(path, *SCHEMAS)
                    self.assertEqual((status, errors(tests)), (0, []))
                    self.assertGreater(tests['123']['numbers'][0]['value'], 5)

    def test_a_flipped_bit_and_a_cut_are_found(self):
        tar = self.package('sip')
        whole = tar.read_bytes()
        with tarfile.open(tar) as archive:
            document = next(m for m in archive.getmembers() if '/dokumenter/' in m.name and m.isfile() and m.size)
        damaged = self.home / 'flipped' / tar.name
        damaged.parent.mkdir()
        at = document.offset_data
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        shutil.copyfile(tar.with_suffix('.xml'), damaged.with_suffix('.xml'))
        status, tests = validate(damaged)
        self.assertEqual(status, 1)
        self.assertEqual([tests[n]['errors'] for n in ('30', '123', '126')], [1, 1, 1])
        damaged.write_bytes(whole[:at + document.size // 2])
        status, tests = validate(damaged)
        self.assertEqual((status, tests['121']['findings'][0]['id']), (1, 'TAR_CUT'))

    def test_names_and_strangers_round_a_tar(self):
        tar = self.package('sip')
        other = self.home / 'named' / 'levering.tar'
        other.parent.mkdir()
        shutil.copyfile(tar, other)
        with tarfile.open(other, 'a') as archive:           # shorter than the folder of the package
            archive.addfile(tarfile.TarInfo('zz/../y'))
            archive.addfile(tarfile.TarInfo('._x'))
        mets = tar.with_suffix('.xml').read_text(encoding='utf-8')
        other.with_suffix('.xml').write_text(mets, encoding='utf-8')
        status, tests = validate(other)
        self.assertEqual(status, 1)
        self.assertEqual([f['found'] for f in tests['123']['findings'] if f['id'] == 'OBJECT_ID'], ['levering'])
        self.assertEqual([f['place'] for f in tests['124']['findings']], ['._x'])
        self.assertEqual([f['place'] for f in tests['118']['findings']], ['zz/../y'])
        self.assertIn(('METS_UNLISTED', 'levering.tar'), [(f['id'], f.get('place')) for f in tests['126']['findings']])

    def test_page(self):
        page = self.home / 'page.html'
        done = run('deposit', 'validate', self.extract().folder, '--html', page, check=False)
        self.assertEqual(done.returncode, 0)
        done = run('deposit', 'validate', self.extract().folder, '--html', '/dev/full', check=False)
        self.assertEqual((done.returncode, done.stdout), (3, ''))
        self.assertIn('/dev/full', done.stderr)
        text = page.read_text(encoding='utf-8')
        self.assertIn('N5.64', text)
        self.assertNotIn('<script', text)


class Refused(unittest.TestCase):
    def test_a_folder_of_schemas_that_is_not_there(self):
        done = run('deposit', 'validate', pathlib.Path(__file__).parent, '--schemas', '/nowhere', check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('/nowhere', done.stderr)

    def test_what_is_no_package(self):
        for path in ('/nowhere', pathlib.Path(__file__)):
            done = run('deposit', 'validate', path, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn('samdrift: ', done.stderr)
