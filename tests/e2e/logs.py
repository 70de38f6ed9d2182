"""What the parts wrote while one test ran."""

from pathlib import Path
import re

_STACK_TRACE = re.compile(r"Traceback|Error doing job|Task exception was never retrieved")
_CLOSED_TAB = re.compile(
    r"^.*Error doing job: ClientConnectionResetError exception in shielded future.*\n"
    r"Traceback.*(?:\n.*)*?\n.*Cannot write to closing transport\n",
    re.MULTILINE,
)
"""What aiohttp says when a tab is closed while a long message is on its way there; no code of ours takes part."""
_MOST_CHARACTERS = 20_000


def without_closed_tabs(text: str) -> str:
    """Return a log without what it says of tabs that were closed."""
    return _CLOSED_TAB.sub("", text)


class Logs:
    """The log files of a folder, from a moment on."""

    def __init__(self, folder: Path) -> None:
        """Begin at the present end of each."""
        self._folder = folder
        self._begun = {file: file.stat().st_size for file in folder.glob("*.log")}

    def texts(self) -> dict[str, str]:
        """Return what has been written since, by the name of the file."""
        return {file.name: self._since(file) for file in sorted(self._folder.glob("*.log"))}

    def stack_traces(self) -> list[str]:
        """Return the lines with which stack traces begin, with what precedes them."""
        return [
            f"{name}: {text[max(0, found.start() - 300) : found.end() + 700]}"
            for name, written in self.texts().items()
            for text in [without_closed_tabs(written)]
            for found in _STACK_TRACE.finditer(text)
        ]

    def ends(self) -> dict[str, str]:
        """Return the ends of the texts, short enough for a report."""
        return {name: text[-_MOST_CHARACTERS:] for name, text in self.texts().items() if text}

    def _since(self, file: Path) -> str:
        content = file.read_bytes()
        begun = self._begun.get(file, 0)
        # A Home Assistant that was set up anew begins its log anew.
        return content[begun if begun <= len(content) else 0 :].decode(errors="replace")
