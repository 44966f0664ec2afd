# SPDX-License-Identifier: MIT
# Every offset in a layout.h is asserted against the platform's struct: the
# assertion is there, in all ports, and it works, in the one that we compile.
. "$SOURCE/test/t.sh"

# offsets <layout.h>: its UC_ names, but for values of our own and the kernel's.
offsets()
{
    sed -n 's/^#define \(UC_[A-Z0-9_]*\) .*/\1/p' "$1" |
        grep -vE '^UC_(OURS|KERNEL)'
}

compiles()
{
    # The flags are words: no quotes.
    $CC $(cached CMAKE_C_FLAGS) -D_GNU_SOURCE -fsyntax-only -x c "$1" \
        >"$work/errors" 2>&1
}

compiled=0
for layout in "$SOURCE"/src/arch/*/layout.h; do
    port=${layout#"$SOURCE"/} own=no
    offsets "$layout" >"$work/names"
    [ -s "$work/names" ] || fail "$port: no UC_ name"
    if compiles "$layout"; then
        own=yes compiled=$((compiled + 1))
    fi
    sed '1,/^#ifndef __ASSEMBLER__/d' "$layout" >"$work/below"
    while read -r name; do
        grep -qw "$name" "$work/below" || fail "$port: $name is not asserted"
        [ $own = yes ] || continue
        sed "s/^\(#define $name  *\)\([-0-9a-fx]*\)/\1(\2 + 4)/" "$layout" \
            >"$work/layout.h"
        ! compiles "$work/layout.h" || fail "$port: $name + 4 compiles"
    done <"$work/names"
done
[ $compiled -eq 1 ] || fail "$CC compiles $compiled layout.h, not 1"
