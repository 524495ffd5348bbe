#!/usr/bin/python3
"""Journeys of people in a real Chromium, as TAP. `run.py [WORD …]`: only the test files whose name holds a word.

Each test_*.mjs runs in a Node of its own against a server of its own, as many at a time as there are cores. At the
end the HTML they kept in build/screens/ goes before the Nu validator, all in one run.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'tests' / 'api'), str(ROOT / 'tools')]
import clamd  # noqa: E402
import glewlwyd  # noqa: E402
import register  # noqa: E402
import samdrift  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SCREENS = ROOT / 'build' / 'screens'
VNU = ROOT / 'node_modules/vnu-jar/build/dist/vnu.jar'
PLAN = re.compile(r'^1\.\.\d+\n', re.M)
NUMBER = re.compile(r'^(not ok|ok) \d+ - ', re.M)
CONF = samdrift.CONF + '''
[nesodden]
leselogg = ja
contact = postmottak@nesodden.example
[web]
contact = postmottak@follo.example
[provider.idporten]
name = ID-porten
url = {url}
for = borger
client_id = samdrift
client_secret = "en hemmelighet"
acr_substantial = idporten-loa-substantial
acr_high = idporten-loa-high
onbehalfof = ja
[provider.ansattporten]
name = Ansattporten
url = {url}
for = ansatt
client_id = samdrift-ansatt
client_key = {key}
scope = openid profile
acr_substantial = idporten-loa-substantial
acr_high = idporten-loa-high
'''


class Tap:
    def __init__(self):
        self.n, self.failed = 0, False

    def line(self, fine, text, detail=''):
        self.n += 1
        self.failed = self.failed or not fine
        print(f'{"ok" if fine else "not ok"} {self.n} - {text}', flush=True)
        if detail:
            print('\n'.join('# ' + line for line in detail.splitlines()[:40]), flush=True)

    def of_node(self, name, done):
        """The lines of one test file, numbered on."""
        def renumber(match):
            self.n += 1
            return f'{match.group(1)} {self.n} - {name}: '
        text = NUMBER.sub(renumber, PLAN.sub('', done.stdout))
        print(text, end='', flush=True)
        self.failed = self.failed or done.returncode != 0
        if '1..' not in done.stdout:
            self.line(False, f'{name} ended with {done.returncode}', done.stderr[-3000:])


class IdPorten:
    """The stand-in of idporten.mjs."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix='samdrift-idporten-'))
        self.key = self.home / 'client.jwk'
        self.process = subprocess.Popen(['node', str(HERE / 'idporten.mjs'), str(self.key)], cwd=ROOT,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.url = json.loads(self.process.stdout.readline())['url']

    def start(self, base):
        urllib.request.urlopen(urllib.request.Request(self.url + '/start', json.dumps({'base': base}).encode()))

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home)


def missing():
    """Why the browser cannot be had, or ''"""
    if not shutil.which('node') or not (ROOT / 'node_modules/playwright-core').is_dir():
        return 'node and node_modules are not installed: tools/setup.sh'
    return '' if chromium() else 'chromium is not installed: tools/setup.sh'


def chromium():
    return shutil.which('chromium') or shutil.which('chromium-browser')


def validate(tap):
    pages = sorted(SCREENS.glob('*.html'))
    if not pages:
        return
    if not shutil.which('java') or not VNU.exists():
        print(f'ok {tap.n + 1} - Nu validator # SKIP java or vnu-jar is not installed')
        tap.n += 1
        return
    done = subprocess.run(['java', '-Xss4m', '-jar', str(VNU), '--format', 'json', '--exit-zero-always',
                           *map(str, pages)], capture_output=True, text=True, timeout=300)
    wrong = {}
    for message in json.loads(done.stderr)['messages']:
        if message['type'] == 'error':
            name = pathlib.PurePath(message['url']).name
            wrong.setdefault(name, []).append(f'{message.get("lastLine")}: {message["message"]}\n'
                                              f'   {message.get("extract", "")}')
    for page in pages:
        tap.line(page.name not in wrong, f'valid HTML: {page.stem}', '\n'.join(wrong.get(page.name, [])))


class Stage:
    """What one test file plays on: a server of its own, with the providers and registers it asks."""

    def __init__(self, name):
        self.idporten = IdPorten()
        self.glewlwyd = glewlwyd.Glewlwyd() if name == 'glewlwyd' and glewlwyd.found() else None
        self.registers, self.clamd = register.Registers(self.idporten.home), clamd.Clamd()
        self.server = samdrift.Server(CONF.format(url=self.idporten.url, key=self.idporten.key) +
                                      (self.glewlwyd.conf if self.glewlwyd else '') + self.registers.conf() + self.clamd.conf())
        self.idporten.start(self.server.url)
        if self.glewlwyd:
            self.glewlwyd.start(self.server.url)

    def facts(self):
        return {'idporten': self.idporten.url, 'registers': self.registers.url, 'url': self.server.url,
                'glewlwyd': self.glewlwyd and self.glewlwyd.facts(), 'dir': str(self.server.dir),
                'program': str(samdrift.PROGRAM), 'password': samdrift.PASSWORD, 'screens': str(SCREENS),
                'chromium': chromium()}

    def close(self):
        status = self.server.close()
        self.registers.close()
        self.clamd.close()
        self.idporten.close()
        if self.glewlwyd:
            self.glewlwyd.close()
        return status


def play(file):
    """-> what Node said of the file, and the status the server ended with"""
    stage = Stage(file.stem.removeprefix('test_'))
    try:
        done = subprocess.run(['node', str(file)], capture_output=True, text=True, timeout=900, cwd=ROOT,
                              env={**os.environ, 'SAMDRIFT_WEB': json.dumps(stage.facts())})
    finally:
        status = stage.close()
    return done, status


def main():
    why = missing()
    if why:
        print(f'1..0 # SKIP {why}')
        print(why)
        return 77
    words, tap = sys.argv[1:], Tap()
    files = [file for file in sorted(HERE.glob('test_*.mjs')) if not words or any(w in file.name for w in words)]
    shutil.rmtree(SCREENS, ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, (done, status) in zip(files, pool.map(play, files)):
            name = file.stem.removeprefix('test_')
            tap.of_node(name, done)
            tap.line(status == 0, f'{name}: the server ends with status {status}')
    validate(tap)
    print(f'1..{tap.n}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
