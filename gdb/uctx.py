# SPDX-License-Identifier: MIT
"""gdb commands for programs that use uctx.

    info uctx             every live context of the pool: what it does, where
    uctx bt CONTEXT       the backtrace of one that is suspended
    uctx frame N CONTEXT  select a frame of it, until the program goes on

CONTEXT is an expression: a struct uctx or a ucontext_t, or a pointer to one.
Nothing of the program is called or changed, so that all of this works in a core
file.  gdb loads this file by itself with a library in a prefix that it searches,
which is /usr and not /usr/local; otherwise `source` it.
"""

import gdb
import gdb.unwinder

# Where a saved context is found: sp, pc, and what else a port keeps for its
# inline switch: the frame pointer and the register in struct uctx::base.
NATIVE_REGISTERS = {
    "i386:x86-64": ("rsp", "rip", "rbp", "rbx"),
    "i386": ("esp", "eip", "ebp", "ebx"),
    "aarch64": ("sp", "pc", "x29", "x19"),
    "riscv:rv64": ("sp", "pc", "fp", "s1"),
}

# The same in a ucontext_t: the array in uc_mcontext, and what is at which
# index.  The first two are sp and pc.
POSIX_REGISTERS = {
    "i386:x86-64": ("gregs", (("rsp", 15), ("rip", 16), ("rbp", 10),
                              ("rbx", 11), ("r12", 4), ("r13", 5),
                              ("r14", 6), ("r15", 7))),
    "i386": ("gregs", (("esp", 7), ("eip", 14), ("ebp", 6), ("ebx", 8),
                       ("esi", 5), ("edi", 4))),
}


def architecture():
    try:
        return gdb.selected_frame().architecture().name()
    except gdb.error:
        return gdb.selected_inferior().architecture().name()


def read(address, size):
    memory = gdb.selected_inferior().read_memory(address, size)
    order = "little"
    if "big endian" in gdb.execute("show endian", to_string=True):
        order = "big"
    return int.from_bytes(bytes(memory), order)


def word_size():
    return gdb.lookup_type("void").pointer().sizeof


def word(address):
    return read(address, word_size())


def symbol_at(address):
    """A function's name and offset, as in a backtrace."""
    text = gdb.execute("info symbol %#x" % address, to_string=True)
    if text.startswith("No symbol"):
        return "??"
    return text.split(" in section")[0].replace(" + ", "+")


class Layout:
    """What the library's uctx_debug[] says of itself."""

    NAMES = ("version chunks next slots stride n_slots taken line n_colours "
             "state owner live sp fp pc base stack entry name begin").split()

    def __init__(self):
        try:
            table = gdb.parse_and_eval("(unsigned long)&uctx_debug")
        except gdb.error:
            raise gdb.GdbError("this program has no libuctx in it")
        for index, name in enumerate(self.NAMES):
            setattr(self, name, word(int(table) + index * word_size()))
        if self.version != 1:
            raise gdb.GdbError("libuctx is of another version than this file")


def each(layout):
    """The address of every live context: what uctx_each() visits."""
    mask = 2 ** (8 * word_size()) - 1
    chunk = word(layout.chunks)
    while chunk != 0:
        slots = word(chunk + layout.slots)
        stride = word(chunk + layout.stride)
        taken = word(chunk + layout.taken)
        for i in range(read(chunk + layout.n_slots, 4)):
            if i % 64 == 0:
                bits = read(taken + i // 8, 8)
            if not bits >> i % 64 & 1:
                continue
            slot = (slots + (i + 1) * stride - layout.line -
                    i % layout.n_colours * layout.line)
            if word(slot + layout.state) != layout.live ^ slot & mask:
                continue
            owner = word(slot + layout.owner)
            if owner != 0:
                yield owner
        chunk = word(chunk + layout.next)


class Native:
    """A struct uctx."""

    def __init__(self, layout, address):
        self.sp = word(address + layout.sp)
        self.fp = word(address + layout.fp)
        self.pc = word(address + layout.pc)
        self.base = word(address + layout.base)
        self.stack = word(address + layout.stack + word_size())
        self.entry = word(address + layout.entry)
        name = word(address + layout.name)
        self.name = gdb.Value(name).cast(
            gdb.lookup_type("char").pointer()).string() if name else ""
        if self.pc != 0:
            self.state = "new" if self.pc == layout.begin else "suspended"
        else:
            self.state = "running" if self.sp else "done"

    def registers(self):
        names = NATIVE_REGISTERS.get(architecture())
        if names is None:
            raise gdb.GdbError("not known for %s" % architecture())
        if self.pc == 0:
            raise gdb.GdbError("the context is %s: nothing is saved in it" %
                               self.state)
        return tuple(zip(names, (self.sp, self.pc, self.fp, self.base)))


def posix_registers(value):
    known = POSIX_REGISTERS.get(architecture())
    if known is None:
        raise gdb.GdbError("not known for %s" % architecture())
    array, indices = known
    saved = value["uc_mcontext"][array]
    return tuple((name, int(saved[i]) & 2 ** (8 * word_size()) - 1)
                 for name, i in indices)


def saved_registers(expression):
    """The registers of the context that an expression is or points to."""
    value = gdb.parse_and_eval(expression)
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_PTR:
        target = kind.target().strip_typedefs()
        if target.code == gdb.TYPE_CODE_STRUCT and target.tag != "uctx":
            value = value.dereference()
            kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_STRUCT:
        if kind.tag != "uctx":
            try:
                value["uc_mcontext"]
            except gdb.error:
                raise gdb.GdbError("%s is no context" % expression)
            return posix_registers(value)
        value = value.address
    return Native(Layout(), int(value)).registers()


class FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class Unwinder:
    """Makes a saved context the caller of the newest frame."""

    name = "uctx"
    enabled = True

    def __init__(self):
        self.registers = None
        self.newest = None

    def show(self, registers):
        self.registers = None
        gdb.invalidate_cached_frames()
        newest = gdb.newest_frame()
        self.newest = (int(newest.read_register("sp")),
                       int(newest.read_register("pc")))
        self.registers = registers
        gdb.invalidate_cached_frames()

    def hide(self, *_):
        if self.registers is not None:
            self.registers = None
            gdb.invalidate_cached_frames()

    def __call__(self, pending):
        if self.registers is None:
            return None
        pc = pending.read_register("pc")
        if (int(pending.read_register("sp")), int(pc)) != self.newest:
            return None
        # As if the newest frame lay just below the saved one: gdb takes a
        # caller at a lower address for a corrupt stack.
        values = [(name, gdb.Value(value).cast(pending.read_register(name).type))
                  for name, value in self.registers]
        below = gdb.Value(self.registers[0][1] - 8).cast(pc.type)
        info = pending.create_unwind_info(FrameId(below, pc))
        for name, value in values:
            info.add_saved_register(name, value)
        return info


class InfoUctx(gdb.Command):
    """List every live context of the pool: its address, what it does, how many
bytes of stack it has, its name, where it goes on, and what it runs."""

    def __init__(self):
        super().__init__("info uctx", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        layout = Layout()
        row = "%-18s %-9s %8s  %-18s %s"
        count = 0
        for address in each(layout):
            context = Native(layout, address)
            where = symbol_at(context.entry)
            if context.state == "suspended":
                where = "%s, at %s" % (where, symbol_at(context.pc))
            if count == 0:
                print(row % ("context", "state", "stack", "name", "runs"))
            print(row % ("%#x" % address, context.state, context.stack,
                         context.name or "-", where))
            count += 1
        print("%d context%s" % (count, "" if count == 1 else "s"))


class Uctx(gdb.Command):
    """Look at contexts: `uctx bt CONTEXT`, `uctx frame N CONTEXT`."""

    def __init__(self):
        super().__init__("uctx", gdb.COMMAND_STACK, prefix=True)


def backtrace(registers):
    """The lines of the backtrace, while the unwinder shows the context."""
    unwinder.hide() # an expression was about the program's own frames
    unwinder.show(registers)
    for line in gdb.execute("backtrace", to_string=True).splitlines():
        number, _, rest = line[1:].partition(" ")
        if not line.startswith("#") or not number.isdigit():
            yield line
        elif number != "0": # the thread's own
            yield "#%-3d%s" % (int(number) - 1, rest.lstrip())


class Backtrace(gdb.Command):
    """Print the backtrace of a suspended context: `uctx bt CONTEXT`.
CONTEXT is a struct uctx or a ucontext_t, or a pointer to one."""

    def __init__(self):
        super().__init__("uctx bt", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        try:
            print("\n".join(backtrace(saved_registers(argument))))
        finally:
            unwinder.hide()


class Frame(gdb.Command):
    """Select a frame of a suspended context: `uctx frame N CONTEXT`.
N is its number in `uctx bt`.  Its locals can be printed then.  The program's
own frames come back with `uctx frame`, or when it goes on."""

    def __init__(self):
        super().__init__("uctx frame", gdb.COMMAND_STACK,
                         gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        unwinder.hide()
        if argument.strip() == "":
            gdb.execute("frame 0")
            return
        number, _, expression = argument.strip().partition(" ")
        if not number.isdigit() or expression == "":
            raise gdb.GdbError("usage: uctx frame N CONTEXT")
        lines = list(backtrace(saved_registers(expression)))
        if int(number) >= len(lines):
            unwinder.hide()
            raise gdb.GdbError("the context has no frame %s" % number)
        gdb.execute("select-frame %d" % (int(number) + 1))
        print(lines[int(number)])


unwinder = Unwinder()
gdb.unwinder.register_unwinder(None, unwinder, replace=True)
gdb.events.cont.connect(unwinder.hide)
InfoUctx()
Uctx()
Backtrace()
Frame()
