#!/usr/bin/python3
"""What `samdrift deposit export` does beside plain copying of the same bytes.

A closed arkivdel with cases of four journalposter, each with a korrespondansepart and a document, is put
into a municipality's database as rows (over the interface it would take hours), and exported as a folder.

  --posts N   journalposter (10^6 by default);  --json  figures as JSON;  --dir D  where it all lies
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tests' / 'api'))
import samdrift  # noqa: E402
from deposits import SCHEMAS, Period  # noqa: E402

POSTS_PER_CASE, KLASSER = 4, 50
COPIED = ('mappe', 'registrering', 'dokumentbeskrivelse', 'dokumentobjekt', 'korrespondansepart', 'avskrivning')


def uuid(n):
    return f'01a20000-0000-7000-8000-{n:012x}'


class Rows:
    """Rows like those the program made of a sample, with identifiers and numbers of their own."""

    def __init__(self, db):
        self.db = db
        self.sample = {t: dict(db.execute(f'SELECT * FROM {t} ORDER BY id LIMIT 1').fetchone()) for t in COPIED}
        self.next = {t: db.execute(f'SELECT max(id) + 1 FROM {t}').fetchone()[0] for t in COPIED}
        self.number = 1
        self.sql = {t: f'INSERT INTO {t}({",".join(row)}) VALUES ({",".join("?" * len(row))})'
                    for t, row in self.sample.items()}
        self.rows = {t: [] for t in COPIED}
        self.links = []

    def add(self, table, **values):
        row = dict(self.sample[table], id=self.next[table], systemid=uuid(self.number), **values)
        self.next[table] += 1
        self.number += 1
        self.rows[table].append(tuple(row.values()))
        return row['id']

    def flush(self):
        for table in COPIED:
            self.db.executemany(self.sql[table], self.rows[table])
            self.rows[table] = []
        self.db.executemany('INSERT INTO registrering_dokumentbeskrivelse(a_id, b_id) VALUES (?, ?)', self.links)
        self.links = []
        self.db.commit()


def fill(db, posts, klasser):
    rows = Rows(db)
    for n in range(posts // POSTS_PER_CASE):
        mappe = rows.add('mappe', mappeid=f'2026/{n + 100}', sakssekvensnummer=n + 100, klasse_id=klasser[n % len(klasser)],
                         tittel=f'Søknad om tiltak nummer {n} på eiendommen')
        for i in range(POSTS_PER_CASE):
            post = rows.add('registrering', mappe_id=mappe, journalpostnummer=i + 1, registreringsid=f'2026/{n + 100}-{i + 1}',
                            journalsekvensnummer=n * POSTS_PER_CASE + i + 100, tittel=f'Brev nummer {i} i sak {n}')
            rows.add('korrespondansepart', registrering_id=post, navn='Kari Nordmann')
            rows.add('avskrivning', journalpost_id=post)
            doc = rows.add('dokumentbeskrivelse', tittel=f'Dokument {i}')
            rows.links.append((post, doc))
            rows.add('dokumentobjekt', dokumentbeskrivelse_id=doc)
        if n % 2000 == 1999:
            rows.flush()
    rows.flush()


def build(posts):
    """-> (directory of the co-operation, arkivdel)"""
    server = samdrift.Server()
    period = Period(server.client('admin'))
    klasser = [period.new_klasse(tittel=f'Klasse {n}') for n in range(KLASSER)]
    period.case('I', parent=klasser[0])
    period.close()
    server.stop()
    db = sqlite3.connect(server.dir / 'kommune' / 'nesodden.db')
    db.row_factory = sqlite3.Row
    db.execute('PRAGMA synchronous = OFF')
    ids = [db.execute('SELECT id FROM klasse WHERE systemid = ?', (k['systemID'],)).fetchone()[0] for k in klasser]
    fill(db, posts, ids)
    db.close()
    return server, period.arkivdel['systemID']


def copy_plain(source, target):
    """-> seconds to read and write all files, flushed"""
    begun = time.monotonic()
    shutil.copytree(source, target)
    os.sync()
    return time.monotonic() - begun


def measure(server, arkivdel, options):
    out = server.home / 'ut'
    schemas = ['--schemas', str(SCHEMAS)] if SCHEMAS.exists() else []
    begun = time.monotonic()
    done = subprocess.run([str(samdrift.PROGRAM), 'deposit', 'export', str(server.dir), '--municipality', 'nesodden',
                           '--arkivdel', arkivdel, '--out', str(out), '--json', *schemas], capture_output=True, text=True)
    seconds = time.monotonic() - begun
    if done.returncode != 0:
        raise SystemExit(done.stdout[-2000:] + done.stderr)
    told = json.loads(done.stdout)
    copying = copy_plain(out, server.home / 'kopi')
    figures = {
        'journalposter': told['journalposter'], 'bytes': told['bytes'], 'seconds': round(seconds, 2),
        'arkivstruktur_bytes': (out / 'arkivstruktur.xml').stat().st_size,
        'records_per_second': round(told['registreringer'] / seconds), 'mb_per_second': round(told['bytes'] / seconds / 1e6, 1),
        'copy_seconds': round(copying, 2), 'copy_mb_per_second': round(told['bytes'] / copying / 1e6, 1),
        'times_copy': round(seconds / copying, 1),
        'resident_mib': resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    if options.json:
        print(json.dumps(figures))
    else:
        for key, value in figures.items():
            print(f'  {key:20} {value:,}'.replace(',', ' '))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--posts', type=int, default=1_000_000)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--dir', default=None)
    options = parser.parse_args()
    tempfile.tempdir = options.dir
    server, arkivdel = build(options.posts)
    try:
        measure(server, arkivdel, options)
    finally:
        server.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
