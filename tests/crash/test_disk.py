#!/usr/bin/python3
"""The disk that loses power: that it forgets what it may forget and nothing else; and that what a command has
acknowledged is there after it. As TAP."""
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from disk import Disk
from load import samdrift
import tap

WRITE = '''
import os
fd = os.open('a', os.O_WRONLY | os.O_CREAT)
os.write(fd, b'x' * 5000)
'''
FLUSH_FILE = "os.fsync(fd)\n"
FLUSH_NAMES = "os.fsync(os.open('.', os.O_RDONLY | os.O_DIRECTORY))\n"


class Forgetting(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-disk-'))
        self.root = self.home / 'disk'
        self.root.mkdir()
        self.disk = Disk(self.root, random.Random(7))

    def tearDown(self):
        self.disk.close()
        shutil.rmtree(self.home)

    def after(self, program, share='nothing'):
        """-> {name: content} when the power went after the program"""
        subprocess.run([sys.executable, '-c', program], cwd=self.root, check=True)
        self.disk.lose(share)
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob('*') if path.is_file()}

    def test_a_file_needs_both_flushes(self):
        self.assertEqual(self.after(WRITE), {})
        self.assertEqual(self.after(WRITE + FLUSH_FILE), {})
        self.assertEqual(self.after(WRITE + FLUSH_NAMES), {'a': b''})
        self.assertEqual(self.after(WRITE + FLUSH_FILE + FLUSH_NAMES), {'a': b'x' * 5000})

    def test_what_may_stay_stays_sometimes_and_in_part(self):
        self.assertEqual(self.after(WRITE, 'all'), {'a': b'x' * 5000})
        sizes = set()
        for _ in range(40):
            found = self.after("import os; fd = os.open('a', os.O_WRONLY); os.write(fd, b'y' * 5000)", 'some')['a']
            sizes.add(found.count(b'y') // 512)
            self.assertEqual(len(found), 5000)
            self.after("import os; fd = os.open('a', os.O_WRONLY); os.write(fd, b'x' * 5000)", 'all')
        self.assertTrue({0, 9} < sizes and len(sizes) > 4, sizes)

    def test_a_name_moves_with_its_folder(self):
        whole = WRITE + FLUSH_FILE + FLUSH_NAMES
        self.assertEqual(self.after(whole + "os.rename('a', 'b')\n"), {'a': b'x' * 5000})
        self.assertEqual(self.after("import os; os.rename('a', 'b')\n" + FLUSH_NAMES), {'b': b'x' * 5000})
        self.assertEqual(self.after("import os; os.unlink('b')\n"), {'b': b'x' * 5000})
        self.assertEqual(self.after("import os; os.unlink('b')\n" + FLUSH_NAMES), {})

    def test_a_folder_is_a_name_too(self):
        inside = "import os; os.mkdir('m'); os.chdir('m')\n" + WRITE + FLUSH_FILE + FLUSH_NAMES
        self.assertEqual(self.after(inside), {})
        self.assertEqual(self.after(inside + "os.chdir('..')\n" + FLUSH_NAMES), {'m/a': b'x' * 5000})

    def test_what_a_command_did_is_there(self):
        folder = self.root / 'follo'
        for command, word in (('init', ''), ('municipality add --name Nesodden --number 3212', ''),
                              ('user add --name a@example.com --role arkivar --municipality nesodden', samdrift.PASSWORD),
                              ('user add --name b@example.com --role leser --municipality nesodden', samdrift.PASSWORD)):
            first, *rest = command.split(' --')
            more = [part for option in rest for part in ('--' + option).split(' ', 1)]
            samdrift.run(*first.split(), folder, *more, stdin=word + '\n')
            self.disk.lose('nothing')
            key = (folder / 'login.key').read_bytes()
        self.assertEqual(len(samdrift.run('user', 'list', folder).stdout.splitlines()), 2)
        self.assertEqual(samdrift.run('verify', folder, check=False).returncode, 0)
        self.disk.lose('nothing')
        self.assertEqual((folder / 'login.key').read_bytes(), key)


if __name__ == '__main__':
    sys.exit(tap.main(unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])))
