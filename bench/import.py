#!/usr/bin/python3
"""Deposits in figures: import of an extract beside reading the same XML, and the depot beside copying.

  import    objects and MB of arkivstruktur.xml a second, and resident memory, for two sizes ten times apart
  xmllint   the same file parsed as a stream and nothing else
  depot     add and check of one large file beside openssl dgst -sha256

--mb N: the larger size (default 50). --json prints the figures as JSON.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tests' / 'api'))
import extract  # noqa: E402

PROGRAM = ROOT / 'build' / 'samdrift'
CASE = 7_700   # bytes of arkivstruktur.xml that a case of four takes


def resident(pid):
    """-> MB resident at most so far. Not what wait4 tells: that counts the interpreter the program was forked from."""
    try:
        text = pathlib.Path(f'/proc/{pid}/status').read_text()
        return int(re.search(r'VmHWM:\s+(\d+)', text).group(1)) / 1024
    except (OSError, AttributeError):
        return 0


def timed(*command):
    """-> seconds, MB resident at most, output"""
    begun, most = time.monotonic(), 0
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            most = max(most, resident(process.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        output.seek(0)
        return seconds, most, output.read()


def measure_import(home, megabytes):
    folder = home / f'uttrekk{megabytes}'
    extract.large(folder, max(1, megabytes * 1_000_000 // CASE))
    shutil.rmtree(folder / 'dokumenter')        # documents are the depot's row: here it is rows
    xml = folder / 'arkivstruktur.xml'
    place = home / f'follo{megabytes}'
    subprocess.run([PROGRAM, 'init', place], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PROGRAM, 'municipality', 'add', place, '--name', 'Nesodden', '--number', '3212'], check=True,
                   stdout=subprocess.DEVNULL)
    seconds, memory, output = timed(PROGRAM, 'deposit', 'import', place, folder, '--municipality', 'nesodden', '--json')
    objects = sum(json.loads(output)['made'].values())
    parse, _, _ = timed('xmllint', '--stream', '--noout', xml)
    size = xml.stat().st_size / 1e6
    return {'mb': round(size, 1), 'objects': objects, 'seconds': round(seconds, 2), 'objects_per_second': round(objects / seconds),
            'mb_per_second': round(size / seconds, 2), 'resident_mb': round(memory), 'times_parsing': round(seconds / parse, 1)}


def measure_depot(home, megabytes):
    place, file = home / 'depot', home / 'pakke.tar'
    subprocess.run([PROGRAM, 'init', place], check=True, stdout=subprocess.DEVNULL)
    with open(file, 'wb') as f:
        for _ in range(megabytes):
            f.write(os.urandom(1 << 20))
    add, memory, _ = timed(PROGRAM, 'depot', 'add', place, file, '--guest', 'G', '--agreement', 'A')
    check, _, _ = timed(PROGRAM, 'depot', 'check', place)
    digest, _, _ = timed('openssl', 'dgst', '-sha256', file)
    return {'mb': megabytes, 'add_mb_per_second': round(megabytes / add), 'check_mb_per_second': round(megabytes / check),
            'check_of_openssl': round(digest / check, 2), 'resident_mb': round(memory)}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--mb', type=int, default=50)
    options.add_argument('--json', action='store_true')
    told = options.parse_args()
    home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-bench-'))
    try:
        small, large = measure_import(home, max(1, told.mb // 10)), measure_import(home, told.mb)
        figures = {'import': [small, large], 'depot': measure_depot(home, 512),
                   'growth': round(large['seconds'] / small['seconds'] / (large['mb'] / small['mb']), 2)}
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if told.json:
        print(json.dumps(figures))
        return
    for row in figures['import']:
        print(f'import  {row["mb"]:7} MB  {row["objects"]:8} objects  {row["objects_per_second"]:7}/s  '
              f'{row["mb_per_second"]:6} MB/s  {row["resident_mb"]:4} MB resident  {row["times_parsing"]} × xmllint --stream')
    print(f'growth  {figures["growth"]} (1 is linear)')
    row = figures['depot']
    print(f'depot   add {row["add_mb_per_second"]} MB/s, check {row["check_mb_per_second"]} MB/s = '
          f'{row["check_of_openssl"]} × openssl dgst -sha256, {row["resident_mb"]} MB resident')


if __name__ == '__main__':
    main()
