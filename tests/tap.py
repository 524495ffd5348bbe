"""Runs unittest cases and prints TAP, one line a case, so that tools/run_tests.py can count them."""
import sys
import time
import traceback
import unittest


class Result(unittest.TestResult):
    def __init__(self, out):
        super().__init__()
        self.out, self.number = out, 0

    def line(self, test, fine, more=''):
        self.number += 1
        name = test.id() if hasattr(test, 'id') else str(test)
        print(f'{"ok" if fine else "not ok"} {self.number} - {name.replace("#", "_")}{more}',
              file=self.out, flush=True)

    def addSuccess(self, test):
        self.line(test, True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(test, True, f' # SKIP {reason}')

    def problem(self, test, error):
        self.line(test, False)
        text = ''.join(traceback.format_exception(*error, limit=-4))
        print('\n'.join('# ' + line for line in text.splitlines()), file=self.out, flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        self.problem(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.problem(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.problem(subtest, err)


def main(suite):
    begun = time.monotonic()
    result = Result(sys.stdout)
    suite.run(result)
    print(f'1..{result.number}')
    print(f'# {time.monotonic() - begun:.1f} s')
    return 0 if result.wasSuccessful() else 1
