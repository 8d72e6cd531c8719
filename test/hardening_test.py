#!/usr/bin/env python3
"""Whether an optimised krug is hardened as CMakeLists.txt says, told by the program itself and not by its flags:

    hardening_test.py KRUG
    hardening_test.py --self-test CC FLAG...   builds a small program with all flags, then without each in turn: the
                                               check for it has to fail, and no other
"""
import os, re, subprocess, sys, tempfile

# How a function that makes room on the stack touches each page of it: -fstack-clash-protection.
PROBES = {"X86-64": r"\borq? +\$0x0,\(%rsp\)", "AArch64": r"\bstr\s+xzr, \[sp"}

# Level 2 checks a copy only where the size is a constant: 2 of krug's, where level 3 checks 45.
MOST_OF_LEVEL_2 = 6

# A program in which every flag has something to do.
SMALL = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
    char large[65536], *room = malloc((size_t)argc * 8);

    if (!room || argc < 2)
        return 1;
%s
    large[argc] = 1;
    snprintf(large, (size_t)argc, argv[1], argc);
    return puts(large) + puts(room);
}
"""
COPY = "    memcpy(room + %d, argv[1], (size_t)argc);"

# Instead of the flag, what undoes it, since compilers have some of them built in.
WITHOUT = {
    "-D_FORTIFY_SOURCE=3": "-D_FORTIFY_SOURCE=2",
    "-fstack-protector-strong": "-fno-stack-protector",
    "-fstack-clash-protection": "-fno-stack-clash-protection",
    "-pie": "-no-pie",
    "-Wl,-z,relro,-z,now": "-Wl,-z,relro,-z,lazy",
    "-Wl,-z,noexecstack": "-Wl,-z,execstack",
}


def tell(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def checks(program):
    """Which flags the program shows."""
    headers = tell("readelf", "-hlW", program)
    dynamic = tell("readelf", "-dW", program)
    code = tell("objdump", "-d", "--no-show-raw-insn", program)
    symbols = set(re.findall(r"UND (\w+)", tell("readelf", "-W", "--dyn-syms", program)))
    machine = re.search(r"Machine:.*?(X86-64|AArch64)", headers)
    if not machine:
        sys.exit("what -fstack-clash-protection looks like on this machine is not known: PROBES")
    stack = re.search(r"GNU_STACK.* (R\S*) ", headers)
    return {
        "-D_FORTIFY_SOURCE=3": len(re.findall(r"(?:call|bl)q?\s.*<__memcpy_chk@", code)) > MOST_OF_LEVEL_2,
        "-fstack-protector-strong": "__stack_chk_fail" in symbols,
        "-fstack-clash-protection": re.search(PROBES[machine.group(1)], code) is not None,
        "-pie": re.search(r"Type: +DYN", headers) is not None and re.search(r"FLAGS_1\).*\bPIE\b", dynamic) is not None,
        "-Wl,-z,relro,-z,now": "GNU_RELRO" in headers and re.search(r"FLAGS\).*\bBIND_NOW\b", dynamic) is not None,
        "-Wl,-z,noexecstack": stack is not None and "E" not in stack.group(1),
    }


def build(compiler, flags, place):
    source, program = os.path.join(place, "small.c"), os.path.join(place, "small")
    with open(source, "w", encoding="utf-8") as file:
        file.write(SMALL % "\n".join(COPY % i for i in range(MOST_OF_LEVEL_2 + 1)))
    tell(compiler, "-w", "-O2", *flags, source, "-o", program)
    return program


def self_test(compiler, flags):
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        for left_out in (None, *WITHOUT):
            if left_out and left_out not in flags:
                wrong.append("%s is not among the flags of CMakeLists.txt" % left_out)
                continue
            found = checks(build(compiler, [WITHOUT[flag] if flag == left_out else flag for flag in flags], place))
            missing = [flag for flag, there in found.items() if not there]
            if missing != [left_out] * bool(left_out):
                wrong.append("without %s these checks failed: %s" % (left_out or "nothing", missing))
    return wrong


def main():
    if sys.argv[1] == "--self-test":
        wrong = self_test(sys.argv[2], sys.argv[3:])
    else:
        wrong = ["%s shows nothing of %s" % (sys.argv[1], flag)
                 for flag, there in checks(sys.argv[1]).items() if not there]
    print("\n".join(wrong) or "all passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
