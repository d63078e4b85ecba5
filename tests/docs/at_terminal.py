"""Runs a command on a terminal of its own and types the same line at each
prompt.

usage: at_terminal.py LINE COMMAND...
"""
import os
import pty
import sys


def main():
    line, command = sys.argv[1].encode() + b"\n", sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the terminal's end is an error on Linux
            break
        if not piece:
            break
        os.write(1, piece)
        shown += piece
        if shown.endswith(b": "):
            os.write(terminal, line)
            shown = b""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
