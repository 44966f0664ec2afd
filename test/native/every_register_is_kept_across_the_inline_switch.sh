# SPDX-License-Identifier: MIT
# A value live in any register, and a leaf's red zone, survive a switch: with
# gcc and clang, at each level of optimisation, with each flag that changes
# what a function looks like.  For the machine that builds.
#
# Build: LABELS long TIMEOUT 300 NOT_UNDER qemu
set -u
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

try()
{
    if ! "$@" -std=gnu11 -Wall -Wextra -Werror -I"$SOURCE/include" \
            "$SOURCE/test/native/program/registers.c" \
            "$BUILD/lib/libuctx.a" -o "$tmp/registers" ||
        ! "$tmp/registers"; then
        echo "failed: $*"
        status=1
    fi
}

native=
grep -qw avx2 /proc/cpuinfo && native="-mavx2"
grep -qw avx512f /proc/cpuinfo && native="$native -march=native"
for cc in gcc clang; do
    command -v $cc >/dev/null || continue
    for level in -O0 -O1 -O2 -O3; do
        try $cc $level -fomit-frame-pointer
        try $cc $level -fno-omit-frame-pointer -fPIC -pie
        for march in $native; do
            try $cc $level $march
        done
    done
    for flags in -mno-red-zone "-fcf-protection=full -fPIC" \
        -fstack-protector-all -fstack-clash-protection -flto "-O3 -flto -fPIC" \
        -fno-asynchronous-unwind-tables "-fexceptions -g" -DUCTX_NO_INLINE \
        -DUCTX_CHECK "-fno-pie -no-pie" -Os; do
        case "$cc $flags" in
        clang*-flto*) command -v ld.lld >/dev/null || continue
            flags="$flags -fuse-ld=lld" ;;
        esac
        try $cc -O2 $flags
    done
done
exit $status
