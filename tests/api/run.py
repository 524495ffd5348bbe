#!/usr/bin/python3
"""All API tests, as TAP. `run.py [WORD …]`: only tests whose id holds one of the words."""
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import samdrift  # noqa: E402
import tap  # noqa: E402


def flat(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flat(item)
        else:
            yield item


def main():
    if not samdrift.PROGRAM.exists():
        print(f'{samdrift.PROGRAM} is not built')
        return 1
    tests = unittest.defaultTestLoader.discover(str(HERE), 'test_*.py')
    words = sys.argv[1:]
    if words:
        tests = unittest.TestSuite(test for test in flat(tests) if any(word in test.id() for word in words))
    try:
        status = tap.main(tests)
    finally:
        ends = samdrift.close_shared()
    if any(end not in (0, None) for end in ends):
        print(f'not ok 99999 - servers end with status 0: {ends}')
        return 1
    return status


if __name__ == '__main__':
    sys.exit(main())
