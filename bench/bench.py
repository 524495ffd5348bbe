#!/usr/bin/python3
"""make bench: what the server does beside what the machine can do, in one run, as ratios.

  creates   durable mapper through HTTP, 1 and 16 clients, beside the same rows put raw into SQLite
            (WAL, synchronous=FULL; 1 and 16 creates a transaction)
  reads     one mappe by systemID, lists of 100, beside a constant reply (GET /helse)
  start-up  from exec to the first answer, with and without data;  resident memory at rest and under load

--json prints the figures as JSON, --seconds S how long each is measured, --dir D where the databases
lie (take a disk, not a tmpfs: durability is what is measured).
"""
import argparse
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tests' / 'api'))
import samdrift  # noqa: E402

BENCH = ROOT / 'build' / 'bench' / 'bench'
BODY = '{"tittel":"Søknad om tiltak nummer {#} på eiendommen","beskrivelse":"Målt av make bench"}'


class Bench:
    def __init__(self, options):
        self.milliseconds = str(int(options.seconds * 1000))
        tempfile.tempdir = options.dir
        self.server = samdrift.Server()
        self.admin = self.server.client('admin')
        self.world = samdrift.World(self.admin)
        self.home = self.server.home

    def run(self, *args):
        done = subprocess.run([str(BENCH), *map(str, args)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f'bench {args[0]}: {done.stderr.strip()}')
        got = json.loads(done.stdout)
        got['per_second'] = got['n'] / got['seconds'] if got['seconds'] else 0
        return got

    def http(self, clients, method, paths, body=None):
        url = urllib.parse.urlsplit(self.server.url)
        file = self.home / 'paths'
        file.write_text('\n'.join(urllib.parse.urlsplit(path)._replace(scheme='', netloc='').geturl()
                                  for path in paths) + '\n')
        got = self.run('http', url.hostname, url.port, clients, self.milliseconds, method, file,
                       self.admin.authorization, *([body] if body else []))
        if got['errors'] > got['n'] / 100:
            print(f'# {method} {paths[0]}: {got["errors"]} of {got["n"] + got["errors"]} were refused', file=sys.stderr)
        return got

    def memory(self):
        """-> resident KiB now"""
        text = pathlib.Path(f'/proc/{self.server.process.pid}/status').read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', text).group(1))

    def start_up(self):
        """-> milliseconds from exec to the first answer"""
        self.server.stop()
        begun = time.monotonic()
        self.server.start()
        self.server.client().ask('GET', self.server.url + '/helse')
        self.admin = self.server.client('admin')
        return (time.monotonic() - begun) * 1000


def table_counts(db):
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE "
                                          "'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'")]
    counts = {}
    for name in names:
        try:
            counts[name] = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        except sqlite3.Error:
            pass
    return counts


def literal(value, column, keys, uuid):
    if column in keys:
        return '?1'
    if column == 'systemid' or (uuid and value == uuid):
        return '?2'
    if value is None:
        return 'NULL'
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def plan(file):
    """The tables of the municipality, and the rows one create leaves in them, as SQL for bench."""
    db = sqlite3.connect(f'file:{file}?mode=ro', uri=True)
    schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    virtual = {name for kind, name, _, sql in schema if sql.startswith('CREATE VIRTUAL')}
    shadows = {name for kind, name, _, _ in schema if any(name.startswith(v + '_') for v in virtual)}
    counts = table_counts(db)
    newest = db.execute('SELECT systemid FROM mappe ORDER BY id DESC LIMIT 1').fetchone()[0]
    per_create = [name for name, count in counts.items()
                  if name not in shadows and count >= counts['mappe'] and counts['mappe'] > 50]
    ddl, creates = [], []
    for kind, name, table, sql in schema:
        if name in virtual:
            ddl.append(re.sub(r"tokenize\s*=\s*(\"[^\"]*\"|'[^']*')", "tokenize='unicode61'", sql))
        elif table in per_create:
            ddl.append(sql)
    for name in per_create:
        info = db.execute(f'PRAGMA table_info("{name}")').fetchall()
        columns = [row[1] for row in info]
        keys = [row[1] for row in info if row[5]]
        row = db.execute(f'SELECT * FROM "{name}" ORDER BY rowid DESC LIMIT 1').fetchone()
        values = ', '.join(literal(value, column, keys, newest) for column, value in zip(columns, row))
        creates.append(f'INSERT INTO "{name}"({", ".join(columns)}) VALUES({values})')
    for name in virtual:
        sql = next(row[3] for row in schema if row[1] == name)
        columns = [part.strip().split()[0] for part in sql[sql.index('(') + 1:sql.rindex(')')].split(',')
                   if '=' not in part]
        creates.append(f'INSERT INTO "{name}"(rowid, {", ".join(columns)}) VALUES(?1, '
                       + ', '.join("'Søknad om tiltak nummer 1 på eiendommen Målt av make bench'"
                                   for _ in columns) + ')')
    db.close()
    return ';\n'.join(ddl) + ';\n==\n' + ''.join(statement + '\n;;\n' for statement in creates), per_create + sorted(virtual)


def measure(options):
    bench = Bench(options)
    try:
        empty = bench.start_up()
        figures = {'start_up_empty_ms': empty, 'memory_rest_kib': bench.memory()}
        admin, world = bench.admin, bench.world
        ny = admin.href(world.arkivdel, 'arkivstruktur/ny-mappe')
        helse = bench.server.url + '/helse'
        figures['create_1'] = bench.http(1, 'POST', [ny], BODY)
        figures['create_16'] = bench.http(16, 'POST', [ny], BODY)
        figures['memory_after_creates_kib'] = bench.memory()

        found, _ = admin.find(world.arkivdel, 'arkivstruktur/mappe', top=100)
        selves = [admin.self_of(thing) for thing in found]
        page = admin.href(world.arkivdel, 'arkivstruktur/mappe')
        lists = [page + f'?$top=100&$skip={skip}' for skip in (0, 100, 200)]
        for clients in (1, 16):
            figures[f'constant_{clients}'] = bench.http(clients, 'GET', [helse])
            figures[f'read_{clients}'] = bench.http(clients, 'GET', selves)
            figures[f'list_{clients}'] = bench.http(clients, 'GET', lists)
        figures['memory_load_kib'] = bench.memory()
        figures['start_up_ms'] = bench.start_up()

        bench.server.stop()
        text, tables = plan(bench.server.dir / 'kommune' / 'nesodden.db')
        (bench.home / 'plan').write_text(text)
        figures['raw_tables'] = tables
        for rows in (1, 16):
            figures[f'raw_{rows}'] = bench.run('sqlite', bench.home / f'raw{rows}.db', bench.home / 'plan', rows,
                                               bench.milliseconds)
        return figures
    finally:
        bench.server.close()


def ratios(f):
    def over(a, b):
        return f[a]['per_second'] / f[b]['per_second'] if f[b]['per_second'] else 0
    return {'create_1_of_raw': over('create_1', 'raw_1'), 'create_16_of_raw': over('create_16', 'raw_16'),
            'create_16_of_1': over('create_16', 'create_1'),
            'read_1_of_constant': over('read_1', 'constant_1'), 'read_16_of_constant': over('read_16', 'constant_16'),
            'list_1_of_constant': over('list_1', 'constant_1'), 'list_16_of_constant': over('list_16', 'constant_16')}


def show(f, r):
    def line(text, key, ratio=None, beside=''):
        d = f[key]
        print(f'{text:44} {d["per_second"]:10.0f} /s  p50 {d["p50_us"] / 1000:8.2f} ms  p99 {d["p99_us"] / 1000:8.2f} ms'
              + (f'   {r[ratio]:6.3f} of {beside}' if ratio else ''))
    line('raw SQLite, 1 create a transaction', 'raw_1')
    line('raw SQLite, 16 creates a transaction', 'raw_16')
    line('creates over HTTP, 1 client', 'create_1', 'create_1_of_raw', 'raw')
    line('creates over HTTP, 16 clients', 'create_16', 'create_16_of_raw', 'raw')
    for clients in (1, 16):
        who = f'{clients} client{"s" if clients > 1 else ""}'
        line(f'constant reply, {who}', f'constant_{clients}')
        line(f'mappe by systemID, {who}', f'read_{clients}', f'read_{clients}_of_constant', 'constant')
        line(f'list of 100, {who}', f'list_{clients}', f'list_{clients}_of_constant', 'constant')
    print(f'{"start-up to first answer":44} {f["start_up_ms"]:10.0f} ms ({f["start_up_empty_ms"]:.0f} ms empty)')
    print(f'{"resident memory":44} {f["memory_rest_kib"] / 1024:10.1f} MiB at rest, '
          f'{f["memory_load_kib"] / 1024:.1f} MiB under load')
    print(f'raw rows a create: {", ".join(f["raw_tables"])}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--seconds', type=float, default=5)
    parser.add_argument('--dir', default=str(ROOT / 'build'))
    options = parser.parse_args()
    if not BENCH.exists() or shutil.which(str(samdrift.PROGRAM)) is None:
        raise SystemExit('bench: run `make bench`, which builds both programs first')
    figures = measure(options)
    ratio = ratios(figures)
    if options.json:
        print(json.dumps({**figures, 'ratios': ratio}))
    else:
        show(figures, ratio)


if __name__ == '__main__':
    main()
