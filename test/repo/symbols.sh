# SPDX-License-Identifier: MIT
# The libraries export what they are meant to and nothing else: libuctx_posix
# the names in posix.symbols, without a version, and libuctx those in uctx.map,
# each with its version.
. "$SOURCE/test/t.sh"
need_plain_build
nm=$(cached CMAKE_NM)
need "$nm"

# meant <kind>...: the names that posix.symbols lists as one of these.
meant()
{
    for kind; do
        sed -n "s/^$kind  *//p" "$SOURCE/test/repo/posix.symbols"
    done | sort
}

# mapped: the names in uctx.map as nm shows them, name@@VERSION.
mapped()
{
    awk '$2 == "{" { version = $1 }
        $1 ~ /^uctx_.*;$/ { sub(";", "@@" version, $1); print $1 }' \
        "$SOURCE/src/uctx.map" | sort
}

for library in "$BUILD"/lib/lib*.so; do
    "$nm" -D --defined-only "$library" >"$work/nm" || fail "$nm: $library"
    awk '$2 != "A" { print $3 }' "$work/nm" | sort >"$work/names"
    case $library in
    */libuctx_posix*) meant both shared >"$work/meant" ;;
    *) mapped >"$work/meant" ;;
    esac
    [ -s "$work/names" ] || fail "$library exports nothing"
    diff -U0 "$work/meant" "$work/names" >"$work/diff" ||
        fail "${library##*/} (+: not meant, -: missing): $(grep '^[+-][a-z_]' \
            "$work/diff" | tr '\n' ' ')"
done

for library in "$BUILD"/lib/lib*.a; do
    "$nm" -g --defined-only "$library" >"$work/nm" || fail "$nm: $library"
    awk 'NF == 3 { print $3 }' "$work/nm" | sort >"$work/names"
    case $library in
    */libuctx_posix*) meant both >"$work/meant" ;;
    *) : >"$work/meant" ;;
    esac
    # DW.ref.* is how a compiler refers to the personality of C++ and of C.
    grep -v '^uctx_\|^DW\.ref\.' "$work/names" | diff -U0 "$work/meant" - >"$work/diff" ||
        fail "${library##*/} (+: no uctx_, -: missing): $(grep '^[+-][A-Za-z_]' \
            "$work/diff" | tr '\n' ' ')"
done
