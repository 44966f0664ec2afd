# SPDX-License-Identifier: MIT
# Run by gdb: stop before every instruction of ours, and look at the backtrace.
# FUNCTIONS are the names of what is ours; STUB is the socket of an emulator's
# stub, where the program does not run here.
import os
import re
import time

import gdb

# The libc has functions of these names: the program has a table of which it
# uses, in this order.
PUBLIC = "getcontext", "setcontext", "swapcontext", "makecontext"
# Where the stacks of the program end.  What the libc has above main and above
# a thread's first function is its own affair.
ENDS = "main", "run", "uctx_start"
GOOD_REASONS = gdb.FRAME_UNWIND_NO_REASON, gdb.FRAME_UNWIND_OUTERMOST

# From the load of an atomic sequence to its store: whoever stops in between
# makes the store fail, and the loop around it endless.
LINKED_LOAD = re.compile(
    r"ld(ax|x)r[bh]?|ldrex[bdh]?|l[bhwd]arx|ll[d]?|[lr]l?\.[wd](\.\w+)?|"
    r"ld[lq]_l|l\.lwa")
CONDITIONAL_STORE = re.compile(
    r"st(lx|x)r[bh]?|strex[bdh]?|st[bhwd]cx\.|sc[d]?|sc\.[wd](\.\w+)?|"
    r"st[lq]_c|l\.swa")

failures = 0
report = []  # of the first ones; what is printed at a stop is lost
visited = {}  # address: how often
ends = set()  # (function, end of its stack)
function_at = {}


def fail(why):
    global failures
    failures += 1
    if failures <= 5:
        report.append(why)
        report.append(gdb.execute("x/i $pc", to_string=True))
        report.append(gdb.execute("bt", to_string=True))


def check():
    frame, names = gdb.newest_frame(), []
    while frame is not None and len(names) < 50:
        names.append(frame.name())
        last, frame = frame, frame.older()
        if names[-1] in ("main", "run"):
            frame = None
    reason = last.unwind_stop_reason()
    if None in names:
        fail("a frame has no name: %s" % names)
    elif names[-1] not in ENDS or any(name in names[:-1] for name in ENDS):
        fail("the stack does not end at a start: %s" % names)
    elif reason not in GOOD_REASONS:
        fail("it ends because: " + gdb.frame_stop_reason_string(reason))
    elif re.search(r"\?\?|corrupt|Backtrace stopped|Cannot access",
                   gdb.execute("bt %d" % len(names), to_string=True)):
        fail("bt complains")
    pc = gdb.newest_frame().pc()
    ends.add((function_at.get(pc, names[0]), names[-1]))


class Stop(gdb.Breakpoint):
    def stop(self):
        pc = gdb.newest_frame().pc()
        visited[pc] = visited.get(pc, 0) + 1
        check()
        return False  # and on


def stop_in(function, where):
    linked = False
    text = gdb.execute("disassemble " + where, to_string=True)
    for at, what in re.findall(r"^[ =>]*(0x[0-9a-f]+)[^:]*:\s*(\S+)", text,
                               re.M):
        linked = linked or LINKED_LOAD.fullmatch(what)
        if not linked and int(at, 16) not in function_at:
            function_at[int(at, 16)] = function
            Stop("*" + at, internal=True)
        if CONDITIONAL_STORE.fullmatch(what):
            linked = False


def start():
    if "STUB" in os.environ:
        for _ in range(100):
            if os.path.exists(os.environ["STUB"]):
                break
            time.sleep(0.1)
        gdb.execute("target remote " + os.environ["STUB"], to_string=True)
        gdb.execute("tbreak main", to_string=True)
        gdb.execute("continue", to_string=True)
    else:
        gdb.execute("tbreak main", to_string=True)
        gdb.execute("run", to_string=True)
    gdb.newest_frame()


def walk():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    try:
        start()
    except gdb.error as error:
        print("skipped: gdb cannot run a program here:", error)
        return 77
    for i, function in enumerate(PUBLIC):
        stop_in(function, "((void **)&functions)[%d]" % i)
    for function in os.environ["FUNCTIONS"].split():
        if function not in PUBLIC:
            stop_in(function, function)
    Stop("break_here", internal=True)
    gdb.execute("continue", to_string=True)
    print("\n".join(report))

    # Of a switch, its caller and its target: the program and a context.
    wanted = {(function, end) for function in ("swapcontext", "setcontext")
              for end in ("main", "uctx_start")}
    wanted |= {("uctx_start", "uctx_start"), ("break_here", "uctx_start")}
    if wanted - ends:
        print("never seen, a function and where its stack ends:", wanted - ends)
        return 1
    print("%d stops at %d instructions, %d wrong" %
          (sum(visited.values()), len(visited), failures))
    return 1 if failures else 0


gdb.execute("quit %d" % walk())
