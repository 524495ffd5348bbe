#!/usr/bin/python3
"""Fails when a room includes what LAYERS does not allow it. `layers.py [ROOT]`."""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def read_layers(path):
    """-> ({room: set of rooms}, {library header: set of rooms})"""
    rooms, libraries = {}, {}
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        line = line.split('#', 1)[0].strip()
        if not line:
            continue
        name, colon, allowed = line.partition(':')
        if not colon:
            raise SystemExit(f'{path}:{number}: expected "room: rooms"')
        name = name.strip()
        if name.startswith('<'):
            libraries[name.strip('<>')] = set(allowed.split())
        else:
            above = set(allowed.split()) - set(rooms)
            if above:
                raise SystemExit(f'{path}:{number}: {name} may only use rooms listed before it, '
                                 f'not {", ".join(sorted(above))}')
            rooms[name] = set(allowed.split())
    return rooms, libraries


def check_file(path, room, text, rooms, libraries):
    """-> list of findings, each 'path:line: what'"""
    found = []
    for match in INCLUDE.finditer(text):
        line = text.count('\n', 0, match.start()) + 1
        quote, target = match.groups()
        at = f'{path}:{line}: '
        if quote == '<':
            if target in libraries and room not in libraries[target]:
                found.append(f'{at}<{target}> belongs to {", ".join(sorted(libraries[target]))}; '
                             f'{room} goes through that room')
            continue
        other, slash, name = target.partition('/')
        if not slash:
            if target not in ('config.h',) and not (path.parent / target).exists():
                continue
            if target.endswith('.h'):
                found.append(f'{at}include "{room}/{target}", with the name of the room')
            continue
        if other not in rooms or other == room:
            continue
        if other not in rooms[room]:
            found.append(f'{at}{room} may not include {other} (LAYERS)')
        elif name.endswith('_int.h') and not path.name.startswith(('test_', 'fuzz_')):
            found.append(f'{at}{target} is private to {other}')
    return found


def check(root):
    rooms, libraries = read_layers(root / 'LAYERS')
    found = []
    for directory in sorted((root / 'src').iterdir()):
        if directory.is_dir() and directory.name not in rooms:
            found.append(f'{directory}: the room {directory.name} is not in LAYERS')
    for room in rooms:
        for path in sorted((root / 'src' / room).rglob('*.[ch]')):
            found += check_file(path, room, path.read_text(encoding='utf-8'), rooms, libraries)
    return found


def main(name, check):
    """Runs the check over the tree of the command line, or this one. -> the exit status"""
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    if root.is_file():
        root = root.parent.parent
    found = check(root)
    for line in found:
        print(line)
    print(f'{name}: {len(found)} findings')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main('layers', check))
