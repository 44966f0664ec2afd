# SPDX-License-Identifier: MIT
# What the linker, the loader and the unwinder read in our objects is right.
. "$SOURCE/test/t.sh"
need_plain_build
need readelf # that of GNU reads every machine

# Each object says that it needs no executable stack, and that it has landing
# pads where there are any; on x86 it does not claim to switch shadow stacks,
# and on Arm it signs the return addresses that it stores.
find "$BUILD/src" -name '*.o' >"$work/objects"
[ -s "$work/objects" ] || fail "no object in $BUILD/src"
while read -r object; do
    name=${object#"$BUILD"/src/CMakeFiles/}
    readelf -SW "$object" >"$work/sections" || fail "readelf: $name"
    ! grep -q ' \.gnu\.lto_' "$work/sections" || continue # no code in it yet
    case $(grep ' \.note\.GNU-stack ' "$work/sections") in
    '') fail "$name: no .note.GNU-stack" ;;
    *X*) fail "$name: an executable stack" ;;
    esac
    if [ -n "$(cached HAVE_mbranch_protection_standard)" ]; then
        readelf -nW "$object" | grep -q 'AArch64 feature: BTI, PAC' ||
            fail "$name: not both BTI and PAC"
    fi
    [ -n "$(cached HAVE_fcf_protection_branch)" ] || continue
    readelf -nW "$object" >"$work/notes"
    grep -q 'x86 feature:.*IBT' "$work/notes" || fail "$name: no IBT"
    ! grep -q 'x86 feature:.*SHSTK' "$work/notes" || fail "$name: claims SHSTK"
done <"$work/objects"

# In assembly, whatever is named in .text is a function with a size, and one
# FDE covers all of it, or a hidden way into one; but for names that only tell
# code from data, $x say.  (A compiler sees to that by itself.)
grep '\.S\.o$' "$work/objects" >"$work/assembled"
[ -s "$work/assembled" ] || fail "no object from assembly in $BUILD/src"
while read -r object; do
    text=$(readelf -SW "$object" |
        sed -n 's/^ *\[ *\([0-9]*\)\] \.text .*/\1/p')
    readelf --debug-dump=frames "$object" 2>/dev/null |
        sed -n 's/.* FDE .*pc=\([0-9a-f]*\)\.\.\([0-9a-f]*\)$/\1 \2/p' \
            >"$work/fdes"
    readelf -sW "$object" | awk -v text="$text" '
        $7 == text && $4 != "SECTION" && $8 !~ /^(\$|\.L)/ && !($4 == "NOTYPE" && $6 == "HIDDEN") {
            print $2, $3, $4, $8 }' >"$work/names"
    grep -q FUNC "$work/names" || fail "$object: no function"
    while read -r value size type name; do
        [ "$type" = FUNC ] || { fail "$name: not a function"; continue; }
        [ $((size)) -gt 0 ] || { fail "$name: no size"; continue; }
        while read -r from to; do
            [ $((0x$from)) -gt $((0x$value)) ] ||
                [ $((0x$to)) -lt $((0x$value + size)) ] || echo covered
        done <"$work/fdes" | grep -q covered || fail "$name: no FDE covers it"
    done <"$work/names"
done <"$work/assembled"

# The shared libraries: no text relocation, nothing both writable and
# executable, all bound at load time and then made read-only.
for library in "$BUILD"/lib/lib*.so; do
    name=${library##*/}
    readelf -dlW "$library" >"$work/dynamic" || fail "readelf: $name"
    ! grep -q TEXTREL "$work/dynamic" || fail "$name: text relocations"
    ! grep -qE ' (RWE|R?WX) ' "$work/dynamic" || fail "$name: RWX segment"
    grep -q 'BIND_NOW' "$work/dynamic" || fail "$name: not BIND_NOW"
    grep -q 'GNU_RELRO ' "$work/dynamic" || fail "$name: no RELRO"
    grep -q 'GNU_STACK .* RW ' "$work/dynamic" || fail "$name: stack is not RW"
done
