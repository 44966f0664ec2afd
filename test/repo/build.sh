# SPDX-License-Identifier: MIT
# Two builds of the same tree in different folders give the same libraries.
# Build: LABELS long TIMEOUT 300
. "$SOURCE/test/t.sh"
need_plain_build
case "$(cached CMAKE_C_FLAGS)" in
*-flto*) skip "-flto names its sections at random" ;;
esac

for folder in one another/longer; do
    cmake -S "$SOURCE" -B "$work/$folder" -DBUILD_TESTING=OFF \
        -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="$(cached CMAKE_C_FLAGS)" \
        -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" \
        -DCMAKE_TOOLCHAIN_FILE="$(cached CMAKE_TOOLCHAIN_FILE)" \
        >"$work/log" 2>&1 && cmake --build "$work/$folder" --target uctx_shared \
        uctx_static uctx_posix_shared uctx_posix_static uctx_posix_report \
        >>"$work/log" 2>&1 ||
        { cat "$work/log"; fail "it does not build"; exit 1; }
done

compared=0
for library in "$work"/one/lib/*; do
    cmp "$library" "$work/another/longer/lib/${library##*/}" ||
        fail "${library##*/} depends on where it was built"
    compared=$((compared + 1))
done
[ $compared -ge 5 ] || fail "$compared libraries were built"
