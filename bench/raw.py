"""What one create leaves in a municipality's database, as SQL for the baseline of bench.c.

The database is read before and after a create of a mappe whose texts hold MARK. Every row that is new
becomes an INSERT and every row that differs an UPDATE, with the tables' own indexes; so the baseline
does the work of the rows and nothing else. Words go through FTS5 as the server's do, with a tokenizer
SQLite has. What a run does now and then (the hash of 256 log entries) is left out.
"""
import re
import sqlite3

MARK = '4711'


def read(file):
    """-> {'schema': [(type, name, table, sql)], 'rows': {table: {rowid: {column: value}}}}"""
    db = sqlite3.connect(f'file:{file}?mode=ro', uri=True)
    db.row_factory = sqlite3.Row
    schema = [tuple(row) for row in db.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")]
    virtual = {name for _, name, _, sql in schema if sql.startswith('CREATE VIRTUAL')}
    rows = {}
    for kind, name, _, _ in schema:
        shadow = any(name.startswith(v + '_') and name != v + '_content' for v in virtual)
        if kind == 'table' and name not in virtual and not shadow:
            rows[name] = {row['rowid_']: {key: row[key] for key in row.keys() if key != 'rowid_'}
                          for row in db.execute(f'SELECT rowid AS rowid_, * FROM "{name}"')}
    db.close()
    return {'schema': schema, 'virtual': virtual, 'rows': rows}


def literal(value, column, uuid):
    """?1 is a new number, ?2 a new identifier, in what differs from create to create."""
    if column == 'systemid' or value == uuid:
        return '?2'
    if column in ('id', 'loggnr', 'antall'):
        return '?1'
    if column == 'mappeid':
        return "'2026/M' || ?1"
    if value is None:
        return 'NULL'
    if isinstance(value, (int, float)):
        return repr(value)
    return ' || ?1 || '.join("'" + part.replace("'", "''") + "'" for part in str(value).split(MARK))


def insert(table, row, uuid):
    return (f'INSERT INTO "{table}"({", ".join(row)}) '
            f'VALUES({", ".join(literal(value, column, uuid) for column, value in row.items())})')


def update(table, rowid, old, new, uuid):
    changed = ', '.join(f'{column} = {literal(value, column, uuid)}' for column, value in new.items()
                        if value != old[column])
    return f'UPDATE "{table}" SET {changed} WHERE rowid = {rowid}'


def words(before, after):
    """The new row of each full-text table, from its content table."""
    for name in sorted(after['virtual']):
        content = after['rows'][name + '_content']
        for rowid in content.keys() - before['rows'][name + '_content'].keys():
            columns = [column for column in content[rowid] if column.startswith('c')]
            sql = next(sql for _, table, _, sql in after['schema'] if table == name)
            names = [part.strip() for part in sql[sql.index('(') + 1:sql.rindex(')')].split(',') if '=' not in part]
            values = ', '.join(literal(content[rowid][column], column, None) for column in columns)
            yield name, f'INSERT INTO "{name}"(rowid, {", ".join(names)}) VALUES(?1, {values})'


def plan(before, after):
    """-> (the plan for bench.c, what it does to which table)"""
    uuid = max(after['rows']['mappe'].items())[1]['systemid']
    statements, touched, seeds = [], [], []
    for table, rows in after['rows'].items():
        old = before['rows'][table]
        if any(table == name + '_content' for name in after['virtual']):
            continue
        for rowid, row in rows.items():
            if rowid not in old:
                statements.append(insert(table, row, uuid))
                touched.append('+' + table)
            elif row != old[rowid]:
                statements.append(update(table, rowid, old[rowid], row, uuid))
                touched.append('~' + table)
                values = ', '.join(literal(value, '', None) for value in old[rowid].values())
                seeds.append(f'INSERT INTO "{table}"(rowid, {", ".join(row)}) VALUES({rowid}, {values})')
    for table, statement in words(before, after):
        statements.append(statement)
        touched.append('+' + table)
    used = {name[1:] for name in touched}
    ddl = [re.sub(r"tokenize\s*=\s*'[^']*'", "tokenize = 'unicode61'", sql)
           for _, _, table, sql in after['schema'] if table in used]
    return (';\n'.join(ddl + seeds) + ';\n==\n' + ''.join(statement + '\n;;\n' for statement in statements), touched)
