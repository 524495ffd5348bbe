#!/usr/bin/python3
"""Every public sample through `samdrift deposit validate`, with the numbers that are known of it.

The samples stand in shared/ beside the project (SAMDRIFT_SHARED); without it the test is skipped.
A row: what it is called there, tests with their number of errors, tests with a number.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / 'tests'))
import tap  # noqa: E402

PROGRAM = ROOT / 'build' / 'samdrift'
SHARED = pathlib.Path(os.environ.get('SAMDRIFT_SHARED', ROOT.parent / 'shared'))
SAMPLES = SHARED / 'samples'

# name: (errors by test, numbers by test and label ('total' is the first))
WANTED = {
    'documaster-valid-case/extraction': (
        {'02': 0, '03': 0, '47': 3, '59': 0, '60': 0, '62': 4, '30': 0},
        {('10', 'total'): 2, ('16', 'total'): 3, ('28', 'total'): 3, ('61', 'total'): 36, ('26', 'total'): 3,
         ('02', 'filer med rett sjekksum'): 9, ('59', 'loependeJournal'): 3, ('59', 'offentligJournal'): 3}),
    'documaster-valid-mixed/extraction': (
        {'02': 0, '03': 0, '47': 3, '62': 8},
        {('10', 'total'): 7, ('16', 'total'): 7, ('16', 'journalpost'): 3, ('16', 'basisregistrering'): 4,
         ('28', 'total'): 7, ('61', 'total'): 69}),
    'documaster-missing-optional-journals/extraction': (
        {'02': 0, '03': 0, '62': 3, '59': 0},
        {('10', 'total'): 1, ('16', 'total'): 2, ('61', 'total'): 23}),
    'documaster-invalid-pdfa/extraction': (
        {'02': 0, '03': 0, '30': 0}, {('10', 'total'): 2, ('16', 'total'): 3, ('106', 'PDF 1.4 (fmt/18)'): 3}),
    'documaster-noncompliant/extraction': ({'03': 1}, {('112', 'total'): 1}),
    'documaster-incomplete-structure/extraction': ({'03': 2, '10': 0}, {}),
    'arkade-small': (
        {'02': 0, '03': 0, '32': 0, '33': 0, '47': 0, '22': 1},
        {('04', 'total'): 1, ('05', 'total'): 1, ('07', 'total'): 1, ('08', 'total'): 3, ('10', 'total'): 1,
         ('16', 'total'): 2, ('23', 'total'): 2, ('26', 'total'): 2, ('28', 'total'): 2}),
    'arkade-fileexists/AllListedFilesExists/arkiv': ({'01': 0, '28': 1, '33': 1}, {('28', 'total'): 3}),
    'arkade-fileexists/OneFileIsMissing/arkiv': ({'01': 1}, {}),
    'arkade-contentclassification': (
        {'02': 1, '10': 1, '16': 1, '47': 9}, {('10', 'total'): 2, ('16', 'total'): 4, ('07', 'total'): 2}),
    'arkade-noark5archive': (
        {'02': 0, '32': 4, '59': 0},
        {('10', 'total'): 2, ('16', 'total'): 4, ('59', 'loependeJournal'): 4, ('59', 'offentligJournal'): 4}),
    'arkade-structurevalidation-correct': ({'02': 0, '03': 0}, {('10', 'total'): 2, ('16', 'total'): 4}),
    'arkade-structurevalidation-custom': (
        {'02': 0, '03': 0, '103': 0}, {('10', 'total'): 2, ('16', 'total'): 4}),
    'arkade-structurevalidation-error': ({'03': 5}, {('10', 'total'): 1, ('16', 'total'): 2}),
    'arkade-structurechecksums/correct/content': ({'02': 0, '10': 1, '16': 1}, {('02', 'filer med rett sjekksum'): 9}),
    'arkade-structurechecksums/errors/content': ({'02': 1}, {}),
    'arkade-structurechecksums/missingValue/content': ({'02': 1}, {}),
    'arkade-structurechecksums/missingAlgorithm/content': ({'02': 1}, {}),
    'arkade-structurechecksums/missingProperty/content': ({'02': 1}, {}),
    'arkade-structurechecksums/unsupportedAlgorithm/content': ({'02': 1}, {}),
    'arkade-structurechecksums/missingTargetFile/content': ({'02': 1}, {}),
    'arkade-documentfilescontrol/CountMatch': ({'28': 0}, {('28', 'total'): 2}),
    'arkade-documentfilescontrol/CountMismatch': ({'28': 1}, {('28', 'total'): 1}),
    'arkade-documentfilescontrol/MissingDocumentation': ({'28': 1}, {('28', 'total'): 2}),
    'arkade-documentfilescontrol/NoFilesDirectory': ({'28': 1}, {('28', 'total'): 0}),
    'arkade-documentfilescontrol/Sub-directories': ({'28': 0}, {('28', 'total'): 3}),
    'arkade-logscontrol': ({'61': 0}, {('61', 'total'): 2}),
    'arkade-cli-n5archive': ({'02': 0, '03': 1, '47': 1}, {('10', 'total'): 1, ('16', 'total'): 2}),
    'arkade-version5_5': ({}, {('10', 'total'): 1, ('16', 'total'): 2, ('28', 'total'): 2}),
    'arkade-package-creation': ({}, {('10', 'total'): 1, ('16', 'total'): 2}),
    'n5tester-enkel': ({'101': 0}, {('10', 'total'): 1, ('16', 'total'): 2, ('16', 'arkivnotat'): 1}),
    'n5tester-noark5': ({}, {('10', 'total'): 1, ('16', 'total'): 2}),
    'n5tester-open': ({}, {('10', 'total'): 1, ('16', 'total'): 2}),
}


def validate(path, *options):
    """-> (status, the result)"""
    done = subprocess.run([str(PROGRAM), 'deposit', 'validate', str(path), '--json', *options], capture_output=True,
                          text=True, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else None


@unittest.skipUnless(SAMPLES.is_dir(), 'shared/samples is not here')
class Samples(unittest.TestCase):
    def check(self, name, errors, numbers):
        status, result = validate(SAMPLES / name, '--schemas', str(SHARED / 'schemas'))
        tests = {test['id'].removeprefix('N5.'): test for test in result['tests']}
        self.assertEqual(status, 1 if result['summary']['errors'] else 0)
        for test, wanted in errors.items():
            self.assertEqual(tests[test]['errors'], wanted, f'N5.{test} {tests[test]["findings"][:3]}')
        for (test, label), wanted in numbers.items():
            found = {n['label']: n['value'] for n in tests[test]['numbers'] if 'value' in n and 'arkivdel' not in n}
            self.assertEqual(found.get(label), wanted, f'N5.{test} {found}')


def add(name, errors, numbers):
    setattr(Samples, 'test_' + name.replace('/', '_').replace('-', '_'),
            lambda self: self.check(name, errors, numbers))


for sample, known in WANTED.items():
    add(sample, *known)


if __name__ == '__main__':
    sys.exit(tap.main(unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])))
