#!/usr/bin/python3
"""House rules of the C code. `lint.py [ROOT]`: prints `file:line: RULE what`, exit status 1 on findings.

  BAN       a function that is not used here: overflow, locale, hidden state or a shell
  COMMENT   a // comment
  LEN-FILE  a file of more than 1,000 lines
  LEN-F     a function of more than 80 lines
  LEN-LINE  a line of more than 132 columns (a row of a table); aim at 100
  DOC       a prototype in <room>.h with no comment above it or beside it
  TEXT      a line of a texts.def whose languages do not have the same number of {}
  TODO      TODO, FIXME or XXX without an issue number (TODO(#12))
  FUZZ      a fuzz target without two cases to start from or without a dictionary (tools/seeds.py)
"""
import re
import sys

from layers import main
from seeds import dictionary_of, seeds_of

BANNED = {
    'strcpy': 'arena_strdup or buf', 'strcat': 'buf', 'sprintf': 'snprintf, arena_printf or buf',
    'vsprintf': 'vsnprintf', 'gets': 'fgets', 'strtok': 'struct str', 'atoi': 'str_int',
    'atol': 'str_int', 'atof': 'str_double', 'sscanf': 'a parser over struct str',
    'alloca': 'arena_alloc', 'system': 'posix_spawn with an argument list',
    'popen': 'posix_spawn with an argument list', 'mktemp': 'mkstemp', 'tmpnam': 'mkstemp',
    'gmtime': 'time_format', 'localtime': 'time_civil', 'ctime': 'time_format',
    'rand': 'random_bytes', 'srand': 'random_bytes', 'setlocale': 'nothing: texts are UTF-8',
}
IN_TESTS = {'system', 'atoi'}     # a test starts a server, reads a port
BAN = re.compile(r'(?<![\w.>])(' + '|'.join(BANNED) + r')\s*\(')
TODO = re.compile(r'\b(TODO|FIXME|XXX)\b(?!\(#\d+\))')
MAX_FILE, MAX_FUNCTION, MAX_LINE = 1000, 80, 132


def blank(text):
    """Comments and literals replaced by spaces, line breaks kept. -> (code, [line of each //])"""
    out, slashes, i, n, line = [], [], 0, len(text), 1
    while i < n:
        two = text[i:i + 2]
        if two == '/*':
            end = text.find('*/', i + 2)
            end = n if end < 0 else end + 2
        elif two == '//':
            slashes.append(line)
            end = text.find('\n', i)
            end = n if end < 0 else end
        elif text[i] in '"\'':
            end = i + 1
            while end < n and text[end] != text[i] and text[end] != '\n':
                end += 2 if text[end] == '\\' else 1
            end = min(end + 1, n)
        else:
            out.append(text[i])
            line += text[i] == '\n'
            i += 1
            continue
        piece = text[i:end]
        line += piece.count('\n')
        out.append(re.sub(r'[^\n]', ' ', piece))
        i = end
    return ''.join(out), slashes


def functions(code):
    """-> [(first line, last line)] of each body: a '{' in column 0 after a ')' to the '}' in column 0"""
    lines, start = code.split('\n'), None
    for number, line in enumerate(lines, 1):
        if line.startswith('{') and start is None:
            before = ' '.join(lines[max(0, number - 4):number - 1]).rstrip()
            start = number if before.endswith(')') else None
        elif line.startswith('}') and start is not None:
            yield start, number
            start = None


def undocumented(text):
    """Prototypes of a public header standing in a block (no blank line between) without any comment."""
    number = 1
    for block in re.split(r'\n[ \t]*\n', text):
        code, _ = blank(block)
        code = re.sub(r'^[ \t]*#.*(\\\n.*)*$', '', code, flags=re.M)
        if '/*' not in block and re.search(r'^[a-z][\w \t*]*\b\w+\s*\([^{}]*\)[^{}=]*;', code, re.M) \
                and 'typedef' not in code:
            yield number
        number += block.count('\n') + 2


LITERAL = r'"(?:[^"\\]|\\.)*"'
TEXT_LINE = re.compile(r'^TEXT\((\w+),((?:\s*' + LITERAL + r'\s*,?)+)\)', re.M)


def uneven_texts(text):
    for match in TEXT_LINE.finditer(text):
        languages = re.split(r',\s*(?=")', re.sub(r'"\s+"', '', match.group(2)))
        if len({one.count('{}') for one in languages}) > 1:
            yield text.count('\n', 0, match.start()) + 1, match.group(1)


def check_file(path, room, text):
    found = []
    code, slashes = blank(text)
    lines = text.split('\n')
    for match in BAN.finditer(code):
        name = match.group(1)
        if name in IN_TESTS and path.name.startswith('test_'):
            continue
        found.append((code.count('\n', 0, match.start()) + 1, 'BAN', f'{name}: use {BANNED[name]}'))
    found += [(line, 'COMMENT', 'write /* */') for line in slashes]
    if path.suffix != '.def' and len(lines) - 1 > MAX_FILE:
        found.append((MAX_FILE, 'LEN-FILE', f'{len(lines) - 1} lines; the limit is {MAX_FILE}'))
    for first, last in functions(code):
        if last - first - 1 > MAX_FUNCTION:
            found.append((first, 'LEN-F', f'{last - first - 1} lines; the limit is {MAX_FUNCTION}'))
    if path.suffix != '.def':
        found += [(number, 'LEN-LINE', f'{len(line)} columns; the limit is {MAX_LINE}')
                  for number, line in enumerate(lines, 1) if len(line) > MAX_LINE]
    found += [(text.count('\n', 0, m.start()) + 1, 'TODO', 'name the issue: TODO(#12)')
              for m in TODO.finditer(text)]
    if path.name == 'texts.def':
        found += [(line, 'TEXT', f'{name}: the languages differ in {{}}') for line, name in uneven_texts(text)]
    if path.name == f'{room}.h':
        found += [(number, 'DOC', 'a public prototype without a comment') for number in undocumented(text)]
    return [f'{path}:{line}: {rule} {what}' for line, rule, what in sorted(found)]


def check_fuzz(root):
    for path in sorted((root / 'src').glob('*/fuzz_*.c')):
        if len(seeds_of(root, path.stem)) < 2:
            yield f'{path}:1: FUZZ put cases into tests/fuzz/{path.stem.removeprefix("fuzz_")}'
        if not dictionary_of(root, path.parent.name, path.stem):
            yield f'{path}:1: FUZZ write {path.stem}.dict'


def check(root):
    found = list(check_fuzz(root))
    for top in ('src', 'bench', 'tests'):
        for path in sorted((root / top).rglob('*')):
            if path.suffix in ('.c', '.h', '.def') and path.is_file():
                found += check_file(path, path.parent.name, path.read_text(encoding='utf-8'))
    return found


if __name__ == '__main__':
    sys.exit(main('lint', check))
