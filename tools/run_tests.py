#!/usr/bin/python3
"""Builds, runs every test and counts cases. The last line is `N passed, N failed, N skipped`.

  gcc            all tests of meson: unit, lint, api, web, demo; crash: faults and kill -9, on both databases
  postgres       api again, on a PostgreSQL and an S3 bucket of the run's own, which the unit tests use too;
                 what concerns documents also with files beside the PostgreSQL
  clang + ASan, UBSan   unit tests again, and every seed in tests/fuzz through its fuzz target
  clang + TSan   unit tests of the rooms with threads

A case is one line of TAP (cmocka, tests/tap.py), one step of the demo, or a whole program otherwise.
--quick: gcc, unit tests and checks only. --only WORD: only tests whose name holds the word.
"""
import argparse
import atexit
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import postgres
import s3
from seeds import seeds_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
TAP = re.compile(r'^(not )?ok\b[ \t]*\d*[ \t]*(?:-[ \t]*)?(.*)$', re.M)
SKIP = re.compile(r'#[ \t]*SKIP\b[ \t]*(.*)$', re.I)
THREADED = ('store', 'http', 'blob', 'inspect', 'login', 'archive', 'depot', 'pack', 'validate')
LIMIT = 2400


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add(self, name, status, output):
        """One program that has ended."""
        passed, failed, skipped = output.count('\n✓ ') + output.startswith('✓ '), [], []
        for bad, text in TAP.findall(output):
            skip = SKIP.search(text)
            if skip:
                skipped.append(f'{name}: {text[:skip.start()].strip() or skip.group(1)}'
                               f' ({skip.group(1).strip() or "no reason given"})')
            elif bad:
                failed.append(f'{name}: {text.strip()}')
            else:
                passed += 1
        if status == 77:
            reason = output.strip().splitlines()
            skipped.append(f'{name} ({reason[-1] if reason else "no reason given"})')
        elif status != 0 and not failed:
            failed.append(f'{name}: ended with {status}')
        elif not passed and not failed and not skipped:
            passed = 1
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        return not failed, passed + len(failed) + len(skipped)


def run(command, **more):
    """-> (exit status, output); a program that hangs is killed with its children"""
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               stdin=subprocess.DEVNULL, start_new_session=True, **more)
    try:
        output, _ = started.communicate(timeout=LIMIT)
        return started.returncode, output.decode('utf-8', 'replace')
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, 9)
        output, _ = started.communicate()
        return 124, output.decode('utf-8', 'replace') + f'\nnot ok 1 - still running after {LIMIT} s\n'


def build(tally, directory, options, env, targets=()):
    path = ROOT / directory
    steps = []
    if not (path / 'build.ninja').exists():
        shutil.rmtree(path, ignore_errors=True)
        steps.append(['meson', 'setup', str(path), str(ROOT), *options])
    steps.append(['ninja', '-C', str(path), *targets])
    for step in steps:
        status, output = run(step, env={**os.environ, **env})
        if status != 0:
            print(output[-6000:])
            tally.failed.append(f'{directory}: does not build')
            return False
        warnings = output.count(': warning: ')
        if warnings:
            print(f'{directory}: {warnings} warnings')
    return True


def introspect(directory):
    text = subprocess.run(['meson', 'introspect', str(ROOT / directory), '--tests'], cwd=ROOT,
                          check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def what_failed(output):
    """The failed cases of TAP with their comments, at most 200 lines; of other output its end."""
    lines, shown, inside = output.splitlines(), [], False
    for line in lines:
        inside = line.startswith('not ok') or (inside and not line.startswith('ok'))
        if inside:
            shown.append(line)
    return shown[:200] if shown else lines[-100:]


def run_tests(tally, label, tests, workers, env):
    def one(test):
        begun = time.monotonic()
        status, output = run(test['cmd'], cwd=test.get('workdir') or ROOT,
                             env={**os.environ, 'CMOCKA_MESSAGE_OUTPUT': 'TAP', **test['env'], **env})
        return test['name'], status, output, time.monotonic() - begun

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for name, status, output, seconds in pool.map(one, tests):
            fine, cases = tally.add(f'{label} {name}', status, output)
            print(f'{"ok  " if fine else "FAIL"} {label:5} {name:32} {cases:5} cases {seconds:6.1f} s',
                  flush=True)
            if not fine:
                print('\n'.join('     | ' + line for line in what_failed(output)), flush=True)


def replay_seeds(tally, directory):
    """Each seed through its target, under ASan and UBSan."""
    for target in sorted((ROOT / directory / 'src').glob('*/fuzz_*')):
        if not target.is_file() or not os.access(target, os.X_OK):
            continue
        seeds = seeds_of(ROOT, target.name)
        status, output = run([str(target), *map(str, seeds)]) if seeds else (77, 'no seeds')
        lines = ''.join(f'ok - {seed.name}\n' for seed in seeds) if status == 0 else output
        fine, cases = tally.add(f'seeds {target.name}', status, lines)
        print(f'{"ok  " if fine else "FAIL"} seeds {target.name:32} {cases:5} cases')
        if not fine:
            print(output[-4000:])


def is_suite(test, suite):
    return any(name.split(':')[-1] == suite for name in test['suite'])


def start_postgres(tally):
    """-> the server, or None; its address is in the environment of all tests"""
    if not postgres.found():
        tally.skipped.append('everything on PostgreSQL (postgresql is not installed)')
        return None
    server = postgres.Postgres()
    atexit.register(server.close)
    os.environ['SAMDRIFT_TEST_PG'] = server.url
    return server


def start_bucket(tally):
    """-> the server, or None; its address is in the environment of all tests"""
    if not s3.found():
        tally.skipped.append('everything with documents in a bucket (s3rver of npm is not installed)')
        return None
    server = s3.S3()
    atexit.register(server.close)
    os.environ.update(server.environment)
    return server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    tally = Tally()
    begun = time.monotonic()
    if (ROOT.parent / 'shared').is_dir():
        os.environ.setdefault('SAMDRIFT_SHARED', str(ROOT.parent / 'shared'))

    database = None if options.quick else start_postgres(tally)
    bucket = None if options.quick else start_bucket(tally)

    def chosen(directory, *suites):
        return [test for test in introspect(directory) if options.only in test['name']
                and any(is_suite(test, suite) for suite in suites)]

    if build(tally, 'build', ['-Dbench=true'], {'CC': 'gcc'}):      # what measures is compiled too
        link = ROOT / 'build' / 'samdrift'
        if not link.exists() and (ROOT / 'build/src/cli/samdrift').exists():
            link.symlink_to('src/cli/samdrift')
        run_tests(tally, 'gcc', chosen('build', 'unit', 'lint'), os.cpu_count() or 2, {})
        if not options.quick:
            plain = {'SAMDRIFT_TEST_PG': '', 'SAMDRIFT_TEST_S3': ''}
            run_tests(tally, 'gcc', chosen('build', 'api', 'web', 'demo'), 1, plain)
            run_tests(tally, 'gcc', chosen('build', 'crash'), os.cpu_count() or 2, {'SAMDRIFT_TEST_S3': ''})
            if database:
                run_tests(tally, 'pg+s3' if bucket else 'pg', chosen('build', 'api'), 1, {})
            if database and bucket:
                run_tests(tally, 'pg', chosen('build', 'api-documents'), 1, {'SAMDRIFT_TEST_S3': ''})
    if not options.quick and shutil.which('clang'):
        quiet = {'ASAN_OPTIONS': 'detect_leaks=1:abort_on_error=0',
                 'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1',
                 'TSAN_OPTIONS': 'halt_on_error=1:suppressions=' + str(ROOT / 'tools/tsan.supp'),
                 'LSAN_OPTIONS': 'suppressions=' + str(ROOT / 'tools/lsan.supp')
                                 + ':print_suppressions=0'}
        if build(tally, 'build-asan', ['-Dfuzz=true', '-Db_lundef=false', '-Doptimization=1',
                                       '-Db_pie=true'], {'CC': 'clang'}):
            run_tests(tally, 'asan', chosen('build-asan', 'unit'), os.cpu_count() or 2, quiet)
            replay_seeds(tally, 'build-asan')
        if build(tally, 'build-tsan', ['-Db_sanitize=thread', '-Db_lundef=false', '-Doptimization=1'],
                 {'CC': 'clang'}):
            tests = [test for test in chosen('build-tsan', 'unit')
                     if test['name'].split('-')[0].split('_')[0] in THREADED]
            run_tests(tally, 'tsan', tests, os.cpu_count() or 2, quiet)
    elif not options.quick:
        tally.skipped.append('sanitizer builds (clang is not installed)')

    for line in tally.skipped:
        print('skipped:', line)
    for line in tally.failed:
        print('failed:', line)
    print(f'{time.monotonic() - begun:.0f} s')
    summary = f'{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped'
    (ROOT / 'build').mkdir(exist_ok=True)
    (ROOT / 'build' / 'test-summary.txt').write_text(summary + '\n')
    print(summary)
    return 1 if tally.failed else 0


if __name__ == '__main__':
    sys.exit(main())
