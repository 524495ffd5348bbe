#!/usr/bin/python3
"""Files for browsers as C arrays. `embed.py OUT.c URL-NAME=FILE[,FILE…] …`

Files of one name are joined in order. A name gets the hash of its content, so that what a browser
keeps can never be an older one: samdrift.css becomes /static/samdrift.1a2b3c4d5e6f.css.
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {'.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.js': 'text/javascript; charset=utf-8'}


def array(name, data):
    rows = (','.join(map(str, data[i:i + 24])) for i in range(0, len(data), 24))
    return f'static const unsigned char {name}[] = {{\n' + ',\n'.join(rows) + '};\n'


def main():
    out, table = ['#include "web/web_int.h"\n'], []
    for number, argument in enumerate(sys.argv[2:]):
        name, files = argument.split('=', 1)
        data = b'\n'.join(pathlib.Path(file).read_bytes().strip() for file in files.split(',')) + b'\n'
        path = pathlib.PurePath(name)
        href = f'/static/{path.stem}.{hashlib.sha256(data).hexdigest()[:12]}{path.suffix}'
        packed = gzip.compress(data, 9, mtime=0)
        out += [array(f'raw{number}', data), array(f'gzip{number}', packed)]
        table.append(f'    {{"{href}", "{TYPES[path.suffix]}", raw{number}, gzip{number}, '
                     f'sizeof(raw{number}), sizeof(gzip{number})}},\n')
    out += ['const struct asset assets[] = {\n', *table, '};\n',
            'const size_t assets_n = COUNT_OF(assets);\n']
    pathlib.Path(sys.argv[1]).write_text(''.join(out), encoding='utf-8')


if __name__ == '__main__':
    main()
