#!/usr/bin/python3
"""Every fault point of src/base/fault.def with every kind that can occur there, as TAP: a real server with
the fault armed, clients that write with keys, a restart, and everything acknowledged is there, nothing
is half-done or double, numbers have no gaps, `samdrift verify` is clean.

faults.py [--power | --postgres | --bucket] [--only WORD] [--times N]: SQLite, and with --power the power goes where a
process is killed (disk.py); or the PostgreSQL that SAMDRIFT_TEST_PG names or else one of its own; only cases
whose name holds the word; each with the fault at N moments. With --bucket the places where a bucket may fail,
on SQLite with documents in the bucket that SAMDRIFT_TEST_S3 names or else one of its own.
"""
import argparse
import os
import subprocess
import sys
import time
import traceback

from load import Load, Place, demand, own_cluster, samdrift, verify

LOADS = ((4, 1), (12, 1), (24, 1), (24, 4), (24, 16))     # clients and rounds: a connection is opened only when enough clients meet,
                                         # and the log moved into the database only after enough writes: then more is sent
SEED = 3                                 # of the disk that loses power
TIMES = 5                                # a fault lasts so long, then all is well again
SEEN = {'kill': set(), 'full': {507}, 'short': {507}, 'io': {500}, 'flush': {500, 503}, 'lost': {500, 503},
        'memory': {503}, 'slow': set(), 'forward': set(), 'back': set(), 'cut': {503}, 'away': {503}, 'denied': {500}}
TRIED_AGAIN = {'s3.': ('lost', 'cut', 'away'), 'pg.': ('full',)}   # by the server itself: to be seen it must last
LASTS = 24
MUST_BE_SEEN = ('blob.open full', 'blob.write full', 'blob.write short', 'blob.write io', 'blob.name full', 'log.write full',
                'log.write short', 'pg.send full', 's3.put lost', 's3.put cut', 's3.put away', 's3.put denied')
IN_PARTS = 's3.join'                     # takes a document of 64 MiB: src/blob/test_blob.c makes do with less
ONCE = ('sqlite.index',)                 # passed once: there is no later moment
SELDOM = (*ONCE, 'sqlite.open', 'pg.connect', 'file.flush', 'pg.commit', 'memory.object')   # passed once or twice


def cases(places):
    """-> [(point, kind)] of the table that the program itself was built with"""
    table = subprocess.run([samdrift.ROOT / 'build/src/base/fault_list'], check=True, capture_output=True, text=True).stdout
    for line in table.splitlines():
        point, on, kinds = line.split('\t')
        if on in places and point != IN_PARTS:
            for kind in kinds.split():
                yield point, kind


def attend(server, load, kind):
    """Starts the server again, once, if the fault has killed it."""
    while load.busy():
        if server.process.poll() is None:
            time.sleep(0.005)
            continue
        demand(kind == 'kill' and server.process.returncode == -9, f'the server ended with {server.process.returncode}')
        load.up.clear()
        server.process.stdout.close()
        server.restart()
        load.up.set()
    load.join()


def happened(server, start, point, kind):
    with open(server.home / 'log', encoding='utf-8') as log:
        log.seek(start)
        return f'fault: {point} {kind}\n' in log.read()


def strike(server, point, kind, nth, seed, clients, rounds):
    """-> the load, or None when the fault found no occasion"""
    start = (server.home / 'log').stat().st_size
    times = LASTS if kind in TRIED_AGAIN.get(point[:3], ()) else TIMES
    server.restart(f'{point}:{kind}:{nth}:{1 if kind == "kill" else times}')
    load = Load(server, seed, rounds).start(clients)
    attend(server, load, kind)
    status = server.stop()
    demand(status == 0 or (status == -9 and kind == 'kill'), f'the server ended with {status}')
    return load if happened(server, start, point, kind) else None


def run(server, point, kind, nth, seed):
    loads = (strike(server, point, kind, nth, seed, *much) for much in LOADS)
    load = next((load for load in loads if load), None)
    demand(load, 'the fault did not happen')
    demand(load.statuses <= SEEN[kind], f'answers {load.statuses}')
    demand(load.plain == 0 or kind == 'memory', 'an error without its object')
    demand(f'{point} {kind}' not in MUST_BE_SEEN or load.statuses, 'nobody was refused')
    server.restart()
    load.check()
    demand(server.stop() == 0, 'the server ends cleanly')
    verify(server)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--postgres', action='store_true')
    parser.add_argument('--power', action='store_true')
    parser.add_argument('--bucket', action='store_true')
    parser.add_argument('--only', default='')
    parser.add_argument('--times', type=int, default=1)
    options = parser.parse_args()
    database = 'postgres' if options.postgres else 'sqlite'
    places, cluster, bucket = ('bucket',) if options.bucket else ('any', database), None, None
    if options.bucket and not os.environ.get('SAMDRIFT_TEST_S3'):
        if not samdrift.s3.found():
            print('ok 1 - faults of a bucket # SKIP s3rver of npm is not installed')
            return 0
        bucket = samdrift.s3.S3()
        os.environ.update(bucket.environment)
    if options.postgres and not os.environ.get('SAMDRIFT_TEST_PG'):
        cluster = own_cluster(flush=False)
        if not cluster:
            print('ok 1 - faults on PostgreSQL # SKIP it is not installed')
            return 0
    server = Place(samdrift.new_database() if options.postgres else '', SEED if options.power else None)
    demand(server.stop() == 0, 'the server ends cleanly')
    number, failed, begun = 0, 0, time.monotonic()
    for point, kind in cases(places):
        for moment in range(options.times):
            nth = 1 + 3 * moment if point in SELDOM else 2 + 7 * moment
            if point in ONCE and moment:
                continue
            if options.only not in f'{point} {kind}' or (options.power and kind != 'kill'):
                continue
            number += 1
            name = f'{number} - {places[-1]}: {point} {"power" if options.power else kind} at {nth}'
            try:
                run(server, point, kind, nth, number)
                print('ok', name, flush=True)
            except Exception:  # noqa: BLE001: a case that fails is told, and the rest is run
                failed += 1
                print('not ok', name)
                print('\n'.join('# ' + line for line in traceback.format_exc(limit=-3).splitlines()), flush=True)
                if server.process is not None:
                    server.kill()
    print(f'1..{number}\n# {time.monotonic() - begun:.1f} s')
    server.close()
    for helper in (cluster, bucket):
        if helper:
            helper.close()
    return 1 if failed or not number else 0


if __name__ == '__main__':
    sys.exit(main())
