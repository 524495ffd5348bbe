#!/usr/bin/python3
"""Runs each fuzz target for some seconds from its seeds; what it finds is left in build-asan/found."""
import argparse
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from run_tests import ROOT, Tally, build  # noqa: E402
from seeds import dictionary_of, seeds_of  # noqa: E402


def fuzz(target, seconds, found):
    corpus = ROOT / 'build-asan' / 'corpus' / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = seeds_of(ROOT, target.name)
    command = [str(target), f'-dict={dictionary_of(ROOT, target.parent.name, target.name)}',
               f'-max_total_time={seconds}', '-timeout=10', '-rss_limit_mb=1024', '-max_len=65536',
               '-print_final_stats=1', f'-artifact_prefix={found}/{target.name}-', str(corpus), str(seeds[0].parent)]
    done = subprocess.run(command, capture_output=True, text=True, errors='replace')
    runs = [line.split()[-1] for line in done.stderr.splitlines() if 'number_of_executed_units' in line]
    print(f'{"ok  " if done.returncode == 0 else "FAIL"} {target.name:32} {runs[0] if runs else "?"} runs',
          flush=True)
    if done.returncode != 0:
        print(done.stderr[-4000:])
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--room', default='')
    parser.add_argument('--only', default='', help='targets whose name holds the word')
    options = parser.parse_args()
    if not build(Tally(), 'build-asan', ['-Dfuzz=true', '-Db_lundef=false', '-Doptimization=1'],
                 {'CC': 'clang'}):
        return 1
    found = ROOT / 'build-asan' / 'found'
    found.mkdir(exist_ok=True)
    targets = [target for target in sorted((ROOT / 'build-asan/src').glob('*/fuzz_*'))
               if target.is_file() and os.access(target, os.X_OK)
               and options.room in ('', target.parent.name) and options.only in target.name]
    fine = [fuzz(target, options.seconds, found) for target in targets]
    print(f'{len(fine)} targets, {fine.count(False)} with findings (build-asan/found)')
    return 0 if all(fine) else 1


if __name__ == '__main__':
    sys.exit(main())
