"""A disk that loses power: what programs wrote to a folder and did not flush is gone, or there in part.

    disk = Disk(folder, random.Random(7))    what is there now is safe; programs started from now on are seen
    ... programs run and are killed ...
    disk.lose()                              the folder as the next start of the machine would find it

disk_trace.c, preloaded into the programs, writes down what they do. The model is as strict as POSIX is: bytes
are safe after a flush of their file, a name – given or taken – after a flush of its folder, and neither by the
other. Of what was not flushed, any sector of 512 bytes may be there or not, in any order; of the names of a
folder the first ones, as file systems keep the order within one.
"""
import os
import pathlib
import struct
import tempfile

ENTRY = struct.Struct('=8sQqQ')          # struct entry of disk_trace.c
SECTOR = 512
SHIM = pathlib.Path(__file__).resolve().parent.parent.parent / 'build/tests/disk_trace.so'
DOCUMENT = 64                            # letters of the name of a document, which is never written again


class File:
    """Its safe bytes, and what was done since: [(place in the trace, offset, bytes)], bytes None: cut there."""

    def __init__(self, inode, content):
        self.inode, self.content, self.pending, self.touched = inode, content, [], False

    def apply(self, change):
        _, at, data = change
        if data is None:
            del self.content[at:]
            data = b''
            at = max(at, len(self.content))
        self.content.extend(bytes(max(0, at - len(self.content))))
        self.content[at:at + len(data)] = data

    def torn(self, change, random):
        """Some sectors of what was to be written."""
        place, at, data = change
        first, end = at // SECTOR, (at + len(data or b'') - 1) // SECTOR
        for sector in range(first, end + 1) if data else ():
            begin, stop = max(at, sector * SECTOR), min(at + len(data), (sector + 1) * SECTOR)
            if random.random() < 0.5:
                yield place, begin, data[begin - at:stop - at]

    def survivors(self, random):
        for change in self.pending:
            chance = random.random()
            if chance < 0.4:
                yield change
            elif chance < 0.7:
                yield from self.torn(change, random)


class Folder:
    """Its safe names, and what was done since: [(place in the trace, name, what has it)], None: taken."""

    def __init__(self):
        self.names, self.pending = {}, []

    def apply(self, change):
        _, name, thing = change
        if thing:
            self.names[name] = thing
        else:
            self.names.pop(name, None)

    def survivors(self, random):
        return self.pending[:random.randint(0, len(self.pending))]


class Disk:
    def __init__(self, root, random):
        if not SHIM.exists():
            raise FileNotFoundError(SHIM)
        self.root, self.random = pathlib.Path(root), random
        handle, self.trace = tempfile.mkstemp(prefix='samdrift-disk-')
        os.close(handle)
        os.environ.update(LD_PRELOAD=str(SHIM), SAMDRIFT_DISK_ROOT=str(self.root), SAMDRIFT_DISK_TRACE=self.trace)
        self.losses, self.unsafe = 0, 0     # how often; changes that were not flushed then
        self.begin()

    def close(self):
        for name in ('LD_PRELOAD', 'SAMDRIFT_DISK_ROOT', 'SAMDRIFT_DISK_TRACE'):
            os.environ.pop(name, None)
        os.unlink(self.trace)

    # ------------------------------------------------------------------ what is there

    def begin(self):
        """All that is there now is safe."""
        os.truncate(self.trace, 0)
        self.things, self.folders = {}, {}               # by inode; by path
        self.top = self.take_in(self.root)

    def take_in(self, path):
        folder = self.things[path.stat().st_ino] = self.folders[str(path)] = Folder()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    thing = self.take_in(pathlib.Path(entry.path))
                else:
                    content = None if len(entry.name) == DOCUMENT else bytearray(pathlib.Path(entry.path).read_bytes())
                    thing = self.things[entry.inode()] = File(entry.inode(), content)
                folder.names[entry.name] = thing
        return folder

    # ------------------------------------------------------------------ what was done

    def entries(self):
        """-> (place in the trace, what, inode, at, bytes)"""
        trace, place = pathlib.Path(self.trace).read_bytes(), 0
        while place + ENTRY.size <= len(trace):
            what, inode, at, n = ENTRY.unpack_from(trace, place)
            begin = place + ENTRY.size
            yield place, what.rstrip(b'\0').decode(), inode, at, trace[begin:begin + n]
            place = begin + n

    def name(self, place, path, thing):
        folder, _, name = path.rpartition('/')
        self.folders[folder].pending.append((place, name, thing))

    def replay(self, place, what, inode, at, data):
        if what == 'file':
            self.things[inode] = File(inode, bytearray())
            self.name(place, data.decode(), self.things[inode])
        elif what == 'folder':
            self.things[inode] = self.folders[data.decode()] = Folder()
            self.name(place, data.decode(), self.things[inode])
        elif what == 'name':
            self.name(place, data.decode(), self.things[inode])
        elif what == 'gone':
            self.name(place, data.decode(), None)
        elif what == 'flush':
            self.flush(self.things[inode], at)
        else:
            file = self.things[inode]
            file.touched = True
            file.pending.append((place, at, None if what == 'cut' else data))

    @staticmethod
    def flush(thing, since):
        while thing.pending and thing.pending[0][0] < since:
            thing.apply(thing.pending.pop(0))

    # ------------------------------------------------------------------ what is left

    def lose(self, share=None):
        """share: how much of what was not flushed is left, 'nothing', 'some' or 'all'; None: by chance"""
        for entry in self.entries():
            self.replay(*entry)
        share = share or self.random.choice(('nothing', 'nothing', 'some', 'some', 'all'))
        for thing in self.things.values():
            left = {'nothing': (), 'all': thing.pending}.get(share)
            for change in thing.survivors(self.random) if left is None else left:
                thing.apply(change)
            self.unsafe += len(thing.pending)
        self.losses += 1
        self.put_back(self.root, self.top)
        self.begin()

    def put_back(self, path, folder):
        """The folder as it is now becomes what the model says."""
        path.mkdir(exist_ok=True)
        for entry in list(path.iterdir()):
            if entry.name not in folder.names:
                self.remove(entry)
        for name, thing in folder.names.items():
            if isinstance(thing, Folder):
                self.put_back(path / name, thing)
            elif thing.touched or not (path / name).exists() or (path / name).stat().st_ino != thing.inode:
                self.put_file(path / name, thing.content)

    @staticmethod
    def put_file(path, content):
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        path.chmod(0o400 if len(path.name) == DOCUMENT else 0o600)

    def remove(self, path):
        if path.is_dir():
            for entry in path.iterdir():
                self.remove(entry)
            path.rmdir()
        else:
            path.unlink()
