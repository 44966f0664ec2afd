# SPDX-License-Identifier: MIT
# A port is a folder: it holds the files that src/arch.h lists and no other, and
# nothing in the build names an architecture but cmake/targets.json, which lists
# the compilers and emulators that there are.
# Build: LABELS tree
. "$SOURCE/test/t.sh"
cd "$SOURCE" || exit 1

sed -n 's|^ \* src/arch/<arch>/\([^ ]*\) .*|\1|p' src/arch.h | sort \
    >"$work/meant"
[ -s "$work/meant" ] || fail "src/arch.h lists no src/arch/<arch>/ file"

for port in src/arch/*/; do
    arch=$(basename "$port")
    ls -A "$port" | sort | diff "$work/meant" - >"$work/diff" ||
        fail "$port (<: missing, >: not in the contract):" \
            "$(grep '^[<>]' "$work/diff" | tr '\n' ' ')"

    # `sh` is also the shell.
    [ "$arch" != sh ] || continue
    named="(^|[^A-Za-z0-9_])$arch([^A-Za-z0-9_]|\$)"
    files CMakeLists.txt .cmake CMakePresets.json | while read -r file; do
        ! sed 's/#.*//' "$file" | grep -nE "$named" || fail "$file: names $arch"
    done
done
