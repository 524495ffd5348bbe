#!/usr/bin/python3
"""make bench: `deposit validate` beside other programs on the same file, in one run, as ratios.

  xml      validate without documents beside `xmllint --noout --stream --schema`; best of three, by turns
  hash     documents hashed by validate beside `openssl dgst -sha256`, files in the page cache
  memory   resident memory, and how processor time grows from the small input to the large one

The input is made by gen-arkivstruktur.py and validated with the official schemas, both of shared/ beside the
project; without it nothing is measured. --small MB and --large MB choose the sizes (100 and 1000), --json prints
the figures as JSON, --dir D is where the files are made.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / 'build' / 'samdrift'
SHARED = pathlib.Path(os.environ.get('SAMDRIFT_SHARED', ROOT.parent / 'shared'))
SCHEMAS = SHARED / 'schemas' / 'noark5' / 'v5.0'


def run(*command):
    """-> (seconds, seconds of processor, resident MB); findings are no failure"""
    begun = time.monotonic()
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f'{command[0]}: ended with {status}')
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def extract(directory, megabytes):
    folder = directory / f'{megabytes}'
    folder.mkdir()
    subprocess.run([sys.executable, SHARED / 'reference' / 'gen-arkivstruktur.py', str(megabytes),
                    folder / 'arkivstruktur.xml'], check=True, stdout=subprocess.DEVNULL)
    for schema in ('arkivstruktur.xsd', 'metadatakatalog.xsd'):
        shutil.copyfile(SCHEMAS / schema, folder / schema)
    return folder


def validate(folder, *options):
    return run(PROGRAM, 'deposit', 'validate', folder, '--json', *options)


def xml(folder):
    ours, theirs = [], []
    for _ in range(3):
        ours.append(validate(folder, '--no-documents')[0])
        theirs.append(run('xmllint', '--noout', '--stream', '--schema', folder / 'arkivstruktur.xsd',
                          folder / 'arkivstruktur.xml')[0])
    size = (folder / 'arkivstruktur.xml').stat().st_size / 1e6
    return {'MB_per_second': size / min(ours), 'xmllint_MB_per_second': size / min(theirs),
            'ratio': min(theirs) / min(ours)}


def documents(directory, count=8, megabytes=64):
    """An extract of few large files: what is measured is hashing."""
    folder = directory / 'documents'
    (folder / 'dokumenter').mkdir(parents=True)
    objects = ''
    for i in range(count):
        (folder / 'dokumenter' / f'{i}.txt').write_bytes(os.urandom(1 << 20) * megabytes)
        objects += (f'<dokumentobjekt><referanseDokumentfil>dokumenter/{i}.txt</referanseDokumentfil>'
                    '<sjekksum>00</sjekksum></dokumentobjekt>')
    (folder / 'arkivstruktur.xml').write_text(f'<arkiv>{objects}</arkiv>')
    return folder, count * megabytes * 1.048576


def hashing(directory):
    folder, size = documents(directory)
    files = sorted((folder / 'dokumenter').iterdir())
    ours, theirs = [], []
    for _ in range(3):
        ours.append(validate(folder)[0])
        theirs.append(run('openssl', 'dgst', '-sha256', *files)[0])
    return {'MB_per_second': size / min(ours), 'openssl_MB_per_second': size / min(theirs),
            'ratio': min(theirs) / min(ours)}


def memory(small, large):
    _, first, _ = validate(small, '--no-documents')
    _, second, resident = validate(large, '--no-documents')
    grown = (large / 'arkivstruktur.xml').stat().st_size / (small / 'arkivstruktur.xml').stat().st_size
    return {'resident_MB': resident, 'time_per_byte': second / first / grown}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--small', type=int, default=100)
    parser.add_argument('--large', type=int, default=1000)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--dir')
    options = parser.parse_args()
    if not SCHEMAS.is_dir() or not shutil.which('xmllint'):
        print('deposit: not measured: shared/ or xmllint is not here')
        return 0
    with tempfile.TemporaryDirectory(dir=options.dir) as name:
        directory = pathlib.Path(name)
        small, large = extract(directory, options.small), extract(directory, options.large)
        got = {'xml': xml(small), 'hash': hashing(directory), 'memory': memory(small, large)}
    if options.json:
        print(json.dumps(got))
        return 0
    print(f'deposit validate   {got["xml"]["MB_per_second"]:7.0f} MB/s XML, all tests   '
          f'{got["xml"]["ratio"]:5.2f} × xmllint --stream --schema')
    print(f'                   {got["hash"]["MB_per_second"]:7.0f} MB/s documents       '
          f'{got["hash"]["ratio"]:5.2f} × openssl dgst -sha256')
    print(f'                   {got["memory"]["resident_MB"]:7.0f} MB resident at {options.large} MB; '
          f'processor time a byte {got["memory"]["time_per_byte"]:.2f} × that at {options.small} MB')
    return 0


if __name__ == '__main__':
    sys.exit(main())
