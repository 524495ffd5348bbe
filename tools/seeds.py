"""What a fuzz target starts from: src/ROOM/fuzz_NAME.c has cases in tests/fuzz/NAME and words in
src/ROOM/fuzz_NAME.dict. A target NAME_MORE shares those of NAME when it has none of its own."""


def names(target):
    name = target.removeprefix('fuzz_')
    return [name for name in (name, name.rpartition('_')[0]) if name]


def seeds_of(root, target):
    for name in names(target):
        directory = root / 'tests' / 'fuzz' / name
        if directory.is_dir():
            return sorted(path for path in directory.iterdir() if path.is_file())
    return []


def dictionary_of(root, room, target):
    """-> its path, or None"""
    for name in names(target):
        path = root / 'src' / room / f'fuzz_{name}.dict'
        if path.is_file():
            return path
    return None
