#!/usr/bin/python3
"""kill -9 at random moments under 16 writing clients, as TAP. Every object and document that was
acknowledged is there afterwards, nothing is double, numbers have no gaps, `samdrift verify` is clean.

torture.py [--postgres | --cluster] [--power] [--kills N] [--seed N]: SQLite; or the PostgreSQL that
SAMDRIFT_TEST_PG names; or one of its own that flushes, whose processes are killed too. With --power each kill
is a loss of power for the folder of the co-operation: what was not flushed is gone, or there in part (disk.py),
also when a start is cut off. The seed is printed: the same one kills at the same moments after each start.
"""
import argparse
import os
import random
import sys
import time
import traceback

from load import Load, Place, demand, own_cluster, postgres, samdrift, verify

CLIENTS, ROUNDS = 16, 10 ** 6
CHECKED_EVERY = 25      # kills
START_SECONDS = 0.1     # the longest that a start runs before it is cut off


class Torture:
    def __init__(self, options):
        self.kills, self.seed = options.kills, options.seed
        self.cluster = own_cluster(flush=True) if options.cluster else None
        self.longest = 2.0 if self.cluster else 0.8     # seconds between kills: a cluster takes its time to recover
        self.random = random.Random(self.seed)
        self.server = Place(samdrift.new_database() if options.postgres or self.cluster else '',
                            self.seed if options.power else None)
        self.checked = []

    def progress(self, n, load):
        text = f'{n}/{self.kills} kills, {len(self.made(load))} acknowledged, {len(self.checked)} checked'
        if sys.stderr.isatty():
            print(f'\r{text}', end='', file=sys.stderr, flush=True)
        elif n % 10 == 0:
            print('#', text, flush=True)

    def made(self, load):
        return self.checked + load.made + load.gone

    def kill(self, load):
        """The server at any time; of a cluster of our own, its processes in one case of three."""
        if self.cluster and self.random.random() < 1 / 3:
            self.cluster.kill(everything=self.random.random() < 0.5)
            return
        load.up.clear()
        self.server.kill()
        if self.server.disk and self.random.random() < 1 / 4:
            self.server.launch()
            time.sleep(self.random.uniform(0, START_SECONDS))
            self.server.kill()
        self.revive()
        load.up.set()

    def revive(self):
        """A server does not start while its database recovers: then it is started again."""
        until = time.monotonic() + 60
        while True:
            try:
                return self.server.restart()
            except AssertionError:
                if not self.cluster or time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def settle(self, load):
        """No more is written: all of it is looked at, with and without the server."""
        load.join()
        load.check()
        self.checked += load.made + load.gone
        demand(self.server.stop() == 0, 'the server ends cleanly')
        verify(self.server)
        self.revive()

    def run(self):
        load = Load(self.server, self.seed, ROUNDS).start(CLIENTS)
        try:
            for n in range(1, self.kills + 1):
                time.sleep(self.random.uniform(0.02, self.longest))
                demand(load.busy(), load.failed)
                self.kill(load)
                self.progress(n, load)
                if n % CHECKED_EVERY == 0 or n == self.kills:
                    self.settle(load)
                    load = Load(self.server, self.seed + n, ROUNDS).start(CLIENTS)
            load.join()
        finally:
            load.ended.set()
        return len(self.checked)

    def close(self):
        self.server.close()
        if self.cluster:
            self.cluster.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--postgres', action='store_true')
    parser.add_argument('--cluster', action='store_true')
    parser.add_argument('--power', action='store_true')
    parser.add_argument('--kills', type=int, default=8)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    options = parser.parse_args()
    on = 'PostgreSQL, killed too' if options.cluster else 'PostgreSQL' if options.postgres else 'SQLite'
    on += ', losing power' if options.power else ''
    if options.postgres and not os.environ.get('SAMDRIFT_TEST_PG'):
        print('ok 1 - kill -9 on PostgreSQL # SKIP SAMDRIFT_TEST_PG names none')
        return 0
    if options.cluster and not postgres.found():
        print('ok 1 - kill -9 of PostgreSQL # SKIP it is not installed')
        return 0
    print(f'# {on}: {options.kills} kills, --seed {options.seed}', flush=True)
    begun, torture = time.monotonic(), Torture(options)
    try:
        n = torture.run()
        print(f'ok 1 - {on}: {options.kills} times kill -9 under {CLIENTS} clients: {n} acknowledged, 0 lost, 0 double')
        if options.power:
            disk = torture.server.disk
            print(f'# power was lost {disk.losses} times with {disk.unsafe} changes not flushed')
    except Exception:  # noqa: BLE001: told as TAP
        print(f'not ok 1 - {on}: kill -9, --seed {options.seed}')
        print('\n'.join('# ' + line for line in traceback.format_exc(limit=-3).splitlines()), flush=True)
        return 1
    finally:
        torture.close()
    print(f'1..1\n# {time.monotonic() - begun:.1f} s')
    return 0


if __name__ == '__main__':
    sys.exit(main())
