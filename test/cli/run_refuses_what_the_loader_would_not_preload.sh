# SPDX-License-Identifier: MIT
. "$SOURCE/test/t.sh"

echo 'int main(void) { return 0; }' >"$tmp/main.c"
$CC -o "$tmp/dynamic" "$tmp/main.c"

for flag in -static -static-pie; do
    if $CC $flag -o "$tmp/static" "$tmp/main.c" 2>"$tmp/log"; then
        expect_refusal 2 "static is statically linked" \
            "$uctx" run "$tmp/static"
    else
        echo "no $flag here"
    fi
done

# The third byte of e_machine's half of the header, the class, and the loader.
for at in 4:'ELF class 9' 18:'machine '; do
    cp "$tmp/dynamic" "$tmp/foreign"
    printf '\011' | dd of="$tmp/foreign" bs=1 seek=${at%%:*} conv=notrunc \
        2>/dev/null
    expect_refusal 2 "another machine*${at#*:}" "$uctx" run "$tmp/foreign"
done
$CC -Wl,--dynamic-linker=/lib/ld-other.so.1 -o "$tmp/foreign" "$tmp/main.c"
expect_refusal 2 "another libc*/lib/ld-other.so.1" "$uctx" run "$tmp/foreign"

# A script is as good as its interpreter.
if [ -e "$tmp/static" ]; then
    printf '#! %s -x\n' "$tmp/static" >"$tmp/script"
    printf '#!%s\n' "$tmp/script" >"$tmp/script2"
    chmod +x "$tmp/script" "$tmp/script2"
    expect_refusal 2 "static is statically" "$uctx" run "$tmp/script"
    expect_refusal 2 "static is statically" "$uctx" run "$tmp/script2"
fi
printf '#!/usr/bin/env -S sh -u\necho "$LD_PRELOAD"\n' >"$tmp/script"
chmod +x "$tmp/script"
try "$uctx" run "$tmp/script"
expect_eq "$status:$out" "0:$("$uctx" run sh -c 'echo $LD_PRELOAD')" \
    "status of a script, and its LD_PRELOAD"

# Damaged files are refused by somebody, and crash nobody.
size=$(wc -c <"$tmp/dynamic")
for n in 5 17 64 100 900 $((size / 2)); do
    head -c $n "$tmp/dynamic" >"$tmp/cut"
    chmod +x "$tmp/cut"
    try "$uctx" run "$tmp/cut"
    case $status in
    2 | 126 | 127 | 139) ;;
    *) expect_eq "$status" 126 "status of a program cut at $n" ;;
    esac
done
