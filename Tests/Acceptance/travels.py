"""An archive on its way: a view of it exported, indexed as an archive of its own, and a view of that exported again."""

from received import Received


class Travels:
    def __init__(self, name, program, received, folder, index):
        self.name, self.program, self.received, self.folder, self.index = name, program, received, folder, index
        self._ways = {}

    def way(self, out, back):
        """What the second archive received, and what its view shows. Each way is gone once."""
        if (out, back) not in self._ways:
            there, home = self.folder / f"{out}-there", self.folder / f"{out}-{back}-home"
            self.program.export(self.received.root, out, there, self.index)
            self.program.export(there, back, home, self.folder / f"{out}-index")
            known = {file.sha256: file for file in self.received.files}
            second = Received(there, known)
            known |= {file.sha256: file for file in second.files}
            self._ways[out, back] = (second, Received(home, known))
        return self._ways[out, back]
