#!/usr/bin/python3
"""The checks themselves are checked: each rule on a small bad example and a small good one."""
import pathlib
import sys
import tempfile
import unittest

import layers
import lint

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tests'))
import tap  # noqa: E402


def rules(text, name='room.h'):
    path = pathlib.Path('/x/room') / name
    return [line.split(' ')[1] for line in lint.check_file(path, 'room', text)]


class Lint(unittest.TestCase):
    def test_banned_function(self):
        self.assertEqual(rules('int x = atoi(s);\n', 'a.c'), ['BAN'])

    def test_banned_name_in_text_or_longer_name(self):
        self.assertEqual(rules('/* atoi(s) */ f("system(x)"); my_atoi(s); q->system(1);\n', 'a.c'), [])

    def test_line_comment(self):
        self.assertEqual(rules('int x; // no\n', 'a.c'), ['COMMENT'])
        self.assertEqual(rules('char *u = "https://x";\n', 'a.c'), [])

    def test_long_function(self):
        body = '    x();\n'
        self.assertEqual(rules('void f(void)\n{\n' + body * 81 + '}\n', 'a.c'), ['LEN-F'])
        self.assertEqual(rules('void f(void)\n{\n' + body * 80 + '}\n', 'a.c'), [])
        self.assertEqual(rules('int a[] =\n{\n' + '    1,\n' * 90 + '};\n', 'a.c'), [])

    def test_long_file_and_line(self):
        self.assertEqual(rules('\n' * 1001, 'a.c'), ['LEN-FILE'])
        self.assertEqual(rules('x' * 140 + '\n', 'a.c'), ['LEN-LINE'])

    def test_undocumented_prototype(self):
        self.assertEqual(rules('#define A 1\n\nint f(int a);\n'), ['DOC'])
        self.assertEqual(rules('/* Why. */\nint f(int a);\nint g(void);\n'), [])
        self.assertEqual(rules('int f(int a);   /* why */\n'), [])
        self.assertEqual(rules('int f(int a);\n', 'room_int.h'), [])

    def test_todo(self):
        self.assertEqual(rules('/* TODO later */\n', 'a.c'), ['TODO'])
        self.assertEqual(rules('/* TODO(#4) later */\n', 'a.c'), [])

    def test_uneven_texts(self):
        self.assertEqual(rules('TEXT(A, "{} \\"a\\", {}", "{}"\n "{}", "{}, {}", "{}{}")\n', 'texts.def'), [])
        self.assertEqual(rules('TEXT(A, "{}", "{}")\nTEXT(B, "{}",\n "x", "{}")\n', 'texts.def'), ['TEXT'])


class Fuzz(unittest.TestCase):
    def findings(self, *files):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            for name in ('src/room/fuzz_a.c', *files):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text('')
            return len(list(lint.check_fuzz(root)))

    def test_needs_cases_and_words(self):
        self.assertEqual(self.findings(), 2)
        self.assertEqual(self.findings('src/room/fuzz_a.dict', 'tests/fuzz/a/one'), 1)
        self.assertEqual(self.findings('src/room/fuzz_a.dict', 'tests/fuzz/a/one', 'tests/fuzz/a/two'), 0)

    def test_may_share(self):
        shared = 'src/room/fuzz_a_run.c', 'src/room/fuzz_a.dict', 'tests/fuzz/a/one', 'tests/fuzz/a/two'
        self.assertEqual(self.findings(*shared), 0)


class Layers(unittest.TestCase):
    def findings(self, room, include):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / 'LAYERS').write_text('base:\nstore: base\narchive: base store\n<sqlite3.h>: store\n')
            (root / 'src' / room).mkdir(parents=True)
            (root / 'src' / room / 'a.c').write_text(f'#include {include}\n')
            return len(layers.check(root))

    def test_down_is_allowed(self):
        self.assertEqual(self.findings('archive', '"store/store.h"'), 0)

    def test_up_is_not(self):
        self.assertEqual(self.findings('store', '"archive/archive.h"'), 1)

    def test_private_header(self):
        self.assertEqual(self.findings('archive', '"store/store_int.h"'), 1)
        self.assertEqual(self.findings('store', '"store/store_int.h"'), 0)

    def test_library_of_another_room(self):
        self.assertEqual(self.findings('archive', '<sqlite3.h>'), 1)
        self.assertEqual(self.findings('store', '<sqlite3.h>'), 0)

    def test_room_not_listed(self):
        self.assertEqual(self.findings('stray', '"base/base.h"'), 1)


if __name__ == '__main__':
    sys.exit(tap.main(unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])))
