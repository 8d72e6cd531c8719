"""tab.py SHELL SCRIPT LINE: types LINE and Tab into the shell, on a terminal of its own, with SCRIPT sourced, and
prints what the screen then shows of it: the line, and what was offered."""
import fcntl, os, pty, re, select, struct, sys, tempfile, termios, time

STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='> '; bind 'set bell-style none'; source '%s'\n"),
    "zsh": (["zsh", "-f", "-i"],
            "PS1='> '; unsetopt beep; autoload -Uz compinit && compinit -u -D; setopt auto_list; source '%s'\n"),
    # as it is installed: a directory of functions
    "zsh-installed": (["zsh", "-f", "-i"],
                      "PS1='> '; unsetopt beep; fpath=('%s' $fpath); autoload -Uz compinit && compinit -u -D\n"),
    "fish": (["fish", "--no-config", "-i"], "function fish_prompt; echo '> '; end; source '%s'\n"),
}
READY = "krug-is-ready"
SAY_READY = "echo krug-is''-ready\n"  # in two halves, which meet only in what is printed
SECONDS = 60  # a bound, far above what it takes


def read_until(terminal, done):
    """What the terminal says until DONE of it holds."""
    said, end = "", time.monotonic() + SECONDS
    while not done(said):
        if time.monotonic() > end:
            sys.exit("the shell says nothing more after: %r" % said)
        if select.select([terminal], [], [], 1)[0]:
            try:
                said += os.read(terminal, 65536).decode("utf-8", "replace")
            except OSError:
                sys.exit("the shell has ended: %r" % said)
    return said


def start(shell, home):
    child, terminal = pty.fork()
    if child == 0:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "LC_ALL": "C.UTF-8",
                       "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        os.execvpe(STARTS[shell][0][0], STARTS[shell][0], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    return child, terminal


def main():
    shell, script, line = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        child, terminal = start(shell, home)
        os.write(terminal, (STARTS[shell][1] % script + SAY_READY).encode())
        read_until(terminal, lambda said: "> " in said.rpartition(READY)[2] and READY in said)
        # all that Tab shows has been shown when the next line is read; Ctrl-U takes this one away
        os.write(terminal, (line + "\t\x15" + SAY_READY).encode())
        said = read_until(terminal, lambda text: READY in text)
        os.close(terminal)
        os.waitpid(child, 0)
    print(re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[=>]|\][^\x07]*\x07|\([B0])", "", said).replace("\r", ""))


main()
