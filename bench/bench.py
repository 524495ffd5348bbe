#!/usr/bin/python3
"""make bench: what the server does beside what the machine can do, in one run, as ratios.

  creates   durable mapper through HTTP, 1 and 16 clients, beside the same rows put raw into SQLite
            (WAL, synchronous=FULL; 1 and 16 creates a transaction)
  reads     one mappe by systemID, lists of 100, beside a constant reply (GET /helse)
  size      10^4, 10^5 and 10^6 mapper in one arkivdel: filter, search, first and 1000th page, and
            how each grows from the least to the most
  start-up  from exec to the first answer;  resident memory at rest and under load
  PostgreSQL, when it is installed: creates and reads on one of the run's own, with fsync

--most N ends at N mapper, --seconds S tells how long each is measured, --dir D where the databases lie
(a disk, not a tmpfs: durability is what is measured), --json prints the figures as JSON. Timings are no
tests: a figure past its limit is told, and the exit status is 0.
"""
import argparse
import json
import os
import pathlib
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / 'bench'), str(ROOT / 'tests' / 'api'), str(ROOT / 'tools')]
import postgres  # noqa: E402
import raw  # noqa: E402
import samdrift  # noqa: E402

BENCH, LOAD, JOURNAL, LISTS = (ROOT / 'build' / 'bench' / name for name in ('bench', 'load', 'journal', 'lists'))
BODY = '{"tittel":"Søknad om tiltak nummer {#} på eiendommen","beskrivelse":"Målt av make bench"}'
SIZES = (10_000, 100_000, 1_000_000)
TURNS = 3


def client(*args):
    """Runs the measuring client. -> what it measured"""
    done = subprocess.run([str(BENCH), *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f'bench {args[0]}: {done.stderr.strip()}')
    got = json.loads(done.stdout)
    got['per_second'] = got['n'] / got['seconds'] if got['seconds'] else 0
    return got


class Bench:
    """A server with an arkivdel, and the client that measures it."""

    def __init__(self, options):
        self.milliseconds = int(options.seconds * 1000)
        self.server = samdrift.Server()
        self.home = self.server.home
        self.admin = self.server.client('admin')
        self.arkivdel = samdrift.World(self.admin).arkivdel
        self.saksbehandler = self.server.client('saksbehandler')

    def http(self, clients, method, paths, body=None):
        url = urllib.parse.urlsplit(self.server.url)
        file = self.home / 'paths'
        file.write_text('\n'.join(urllib.parse.urlsplit(path)._replace(scheme='', netloc='').geturl()
                                  for path in paths) + '\n')
        got = client('http', url.hostname, url.port, clients, self.milliseconds, method, file,
                     self.saksbehandler.authorization, *([body] if body else []))
        if got['errors'] > got['n'] / 100:
            print(f'# {method} {paths[0]}: {got["errors"]} of {got["n"] + got["errors"]} were refused', file=sys.stderr)
        return got

    def path(self, rel):
        """The address of a link of the arkivdel, without the server's own."""
        return urllib.parse.urlsplit(self.admin.href(self.arkivdel, rel)).path

    def memory(self):
        """-> resident MiB now"""
        text = pathlib.Path(f'/proc/{self.server.process.pid}/status').read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', text).group(1)) / 1024

    def restart(self):
        """-> milliseconds from exec to the first answer"""
        self.server.stop()
        begun = time.monotonic()
        self.server.start()
        self.server.client().ask('GET', self.server.url + '/helse')
        took = (time.monotonic() - begun) * 1000
        for one in (self.admin, self.saksbehandler):
            one.close()
            one.base = f'{self.server.url}/nesodden/noark5/'
        return took

    def create(self):
        self.admin.create({'_links': {samdrift.rel('x'): {'href': self.path('arkivstruktur/ny-mappe')}}}, 'x',
                          json.loads(BODY.replace('{#}', raw.MARK)))


# ------------------------------------------------------------------ creates and reads

def median(many):
    return sorted(many, key=lambda got: got['per_second'])[len(many) // 2]


def create(bench, clients):
    return bench.http(clients, 'POST', [bench.path('arkivstruktur/ny-mappe')], BODY)


def reads(bench):
    figures = {}
    page = bench.path('arkivstruktur/mappe')
    found = bench.saksbehandler.get(page + '?$top=100')['results']
    asked = {'constant': ['/helse'], 'read': [bench.admin.self_of(mappe) for mappe in found],
             'list': [f'{page}?$top=100&$skip={skip}' for skip in (0, 100, 200)]}
    for name, paths in asked.items():
        for n in (1, 16):
            figures[f'{name}_{n}'] = bench.http(n, 'GET', paths)
    return figures


def creates_beside_raw(bench, figures):
    """By turns with the rows of one create, seen as what it changes in the database, put in by SQLite alone."""
    file = bench.server.dir / 'kommune' / 'nesodden.db'
    bench.create()
    before = raw.read(file)
    bench.create()
    text, figures['raw_statements'] = raw.plan(before, raw.read(file))
    (bench.home / 'plan').write_text(text)
    for n in (1, 16):
        ours, theirs = [], []
        for turn in range(TURNS):
            ours.append(create(bench, n))
            theirs.append(client('sqlite', bench.home / f'raw{n}-{turn}.db', bench.home / 'plan', n, bench.milliseconds))
        figures[f'create_{n}'], figures[f'raw_{n}'] = median(ours), median(theirs)


def on_sqlite(options):
    bench = Bench(options)
    try:
        figures = {'start_up_empty_ms': bench.restart(), 'memory_rest_mib': bench.memory()}
        creates_beside_raw(bench, figures)
        figures.update(reads(bench))
        figures['memory_load_mib'] = bench.memory()
        return figures
    finally:
        bench.server.close()


def on_postgres(options):
    if not postgres.found():
        return None
    tempfile.tempdir = None                # its own user must be able to reach it
    with postgres.Postgres(flush=True) as pg:
        os.environ['SAMDRIFT_TEST_PG'] = pg.url
        tempfile.tempdir = options.dir
        bench = Bench(options)
        try:
            return {f'create_{n}': create(bench, n) for n in (1, 16)} | reads(bench)
        finally:
            bench.server.close()
            del os.environ['SAMDRIFT_TEST_PG']


# ------------------------------------------------------------------ size

def questions(bench, size):
    """name: paths, each different so that no answer is ready beforehand; a page is the same for all."""
    chance, quote = random.Random(size), urllib.parse.quote
    page = bench.path('arkivstruktur/mappe')
    some = bench.saksbehandler.get(page + '?$top=1')['results'][0]
    year = some['mappeID'].split('/')[0]
    roads = [a + b for a in ('Bjørk', 'Fjell', 'Gran', 'Solli', 'Strand') for b in ('bakke', 'berg', 'dal', 'eng', 'li')]
    kinds = ('Søknad', 'Klage', 'Melding', 'Varsel', 'Tilsyn', 'Vedtak')
    return {
        'filter': [f'{page}?$filter=' + quote(f"mappeID eq '{year}/M{chance.randrange(1, size)}'") for _ in range(500)],
        'range': [f'{page}?$filter=' + quote(f'opprettetDato gt 2100-01-{day:02}T00:00:00Z') for day in range(1, 29)],
        'search': [f'{page}?$top=10&$search=' + quote(f'{chance.choice(roads)}veien {chance.choice(kinds)}')
                   for _ in range(150)],
        'page_1': [f'{page}?$top=10'],
        'page_1000': [f'{page}?$top=10&$skip=9980'],
    }


def by_size(options):
    bench = Bench(options)
    sizes = {}
    try:
        loaded = 0
        for size in [n for n in SIZES if n <= options.most]:
            bench.server.stop()
            begun = time.monotonic()
            subprocess.run([str(LOAD), str(bench.server.dir), 'nesodden', bench.arkivdel['systemID'], str(loaded),
                            str(size)], check=True)
            took, loaded = time.monotonic() - begun, size
            bench.server.start()
            sizes[size] = {'load_seconds': took, 'start_up_ms': bench.restart(), 'memory_rest_mib': bench.memory()}
            for name, paths in questions(bench, size).items():
                sizes[size][name] = bench.http(1, 'GET', paths)
        return sizes
    finally:
        bench.server.close()


def journals(options):
    """size: {what the public asks: [p50, p99, processor p50, p99]}, and size: {list: [found, count, again, page]}, in microseconds"""
    found, lists = {}, {}
    for size in [n for n in SIZES[1:] if n <= options.most]:
        with tempfile.TemporaryDirectory(dir=options.dir) as folder:
            for program, kept in ((JOURNAL, found), (LISTS, lists)):
                done = subprocess.run([str(program), folder, str(size)], check=True, capture_output=True, text=True)
                kept[size] = json.loads(done.stdout)
    return found, lists


# ------------------------------------------------------------------ the table

def over(f, a, b):
    return f[a]['per_second'] / f[b]['per_second'] if f[b]['per_second'] else 0


def speed(text, d, ratio=''):
    print(f'{text:40} {d["per_second"]:8.0f} /s  p50 {d["p50_us"] / 1000:7.2f} ms  p99 {d["p99_us"] / 1000:7.2f} ms  {ratio}')


def value(text, is_now, unit, most):
    print(f'{text:40} {is_now:8.1f} {unit:6} {"" if is_now < most else "ABOVE "}limit {most} {unit}')


def show_creates_and_reads(f, peer=None):
    for n in (1, 16):
        who = f'{n} client{"s" if n > 1 else ""}'
        ratio = ''
        if peer:
            r = over(f, f'create_{n}', f'{peer}_{n}')
            ratio = f'{r:6.3f} of raw' + ('' if n == 1 else ', limit 0.6' + (' BELOW' if r < 0.6 else ''))
        speed(f'creates, {who}', f[f'create_{n}'], ratio)
        speed(f'constant reply, {who}', f[f'constant_{n}'])
        for name, text in (('read', 'mappe by systemID'), ('list', 'list of 100')):
            speed(f'{text}, {who}', f[f'{name}_{n}'], f'{over(f, f"{name}_{n}", f"constant_{n}"):6.3f} of constant')


def show_sizes(sizes):
    least, most = min(sizes), max(sizes)
    for name in ('filter', 'range', 'search', 'page_1', 'page_1000'):
        cells = '  '.join(f'{n:>8}: {d[name]["p50_us"] / 1000:6.2f} / {d[name]["p99_us"] / 1000:6.2f}'
                          for n, d in sizes.items())
        growth = sizes[most][name]['p50_us'] / max(1, sizes[least][name]['p50_us'])
        told = ', limit 2' + (' ABOVE' if growth > 2 else '') if name in ('filter', 'range') else ''
        print(f'{name + ", p50 / p99 ms":24} {cells}   x {growth:.1f}{told}')
    for n, d in sizes.items():
        value(f'start-up with {n}', d['start_up_ms'], 'ms', 100)
        value(f'memory at rest with {n}', d['memory_rest_mib'], 'MiB', 40)
        print(f'{f"loading up to {n}":40} {d["load_seconds"]:8.1f} s')


def show_journals(journals):
    for name in next(iter(journals.values())):
        print(f'{name + ", p50 / p99 ms (processor)":34} ' + '  '.join(
            '{:>8}: {:6.2f} / {:6.2f} ({:.2f} / {:.2f})'.format(n, *(us / 1000 for us in d[name])) for n, d in journals.items()))


def show_lists(lists):
    for name in next(iter(lists.values())):
        print(f'{name + ", count / page ms":50} ' + '  '.join(
            f'{n:>8}: {d[name][1] / 1000:7.2f} / {d[name][3] / 1000:7.2f}' for n, d in lists.items()))


def show(f):
    print(f'{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {time.strftime("%Y-%m-%d")}, '
          f'load {os.getloadavg()[0]:.1f}\n\nSQLite')
    for rows in (1, 16):
        speed(f'raw rows, {rows} creates a transaction', f['sqlite'][f'raw_{rows}'])
    show_creates_and_reads(f['sqlite'], 'raw')
    value('creates, 16 clients, p99', f['sqlite']['create_16']['p99_us'] / 1000, 'ms', 25)
    value('memory at rest', f['sqlite']['memory_rest_mib'], 'MiB', 40)
    print(f'{"memory under load":40} {f["sqlite"]["memory_load_mib"]:8.1f} MiB')
    print(f'raw rows of a create: {", ".join(f["sqlite"]["raw_statements"])}')
    if f['sizes']:
        print('\nBy size')
        show_sizes(f['sizes'])
    if f['journals']:
        print('\nPublic journal by entries, limit 30 / 150 ms at 10^6')
        show_journals(f['journals'])
        print('\nThe archivist\'s lists by journalposter, processor time')
        show_lists(f['lists'])
    print('\nPostgreSQL' + ('' if f['postgres'] else ': not installed'))
    if f['postgres']:
        show_creates_and_reads(f['postgres'])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--seconds', type=float, default=4)
    parser.add_argument('--most', type=int, default=SIZES[-1])
    parser.add_argument('--dir', default=str(ROOT / 'build'))
    options = parser.parse_args()
    if not BENCH.exists() or shutil.which(str(samdrift.PROGRAM)) is None:
        raise SystemExit('bench: run `make bench`, which builds the programs first')
    tempfile.tempdir = options.dir
    figures = {'sqlite': on_sqlite(options), 'sizes': by_size(options)}
    figures['journals'], figures['lists'] = journals(options)
    figures['postgres'] = on_postgres(options)
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures)


if __name__ == '__main__':
    main()
