# Compiling the farm, and the load for it, when they are older than what they are made of.

farm_code=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
farm_build=${MAILGRADE_FARM_BUILD:-$(dirname "$(dirname "$farm_code")")/.build/farm}
farm_binary=$farm_build/farm
load_binary=$farm_build/load

build_farm() { compile "$farm_code/server" "$farm_binary"; }
build_load() { compile "$farm_code/load" "$load_binary"; }

# Compiles the C files of FOLDER into BINARY.
compile() {
    local folder=$1 binary=$2 compiler
    [[ ! -x $binary || $(find "$folder" -newer "$binary" -print -quit) ]] || return 0
    compiler=$(type -P "${CC:-clang}" || type -P cc) || { echo "farm: there is no C compiler" >&2; exit 1; }
    mkdir -p "$farm_build"
    # shellcheck disable=SC2086  # several flags
    "$compiler" -std=gnu17 -Wall -Wextra -Werror -O2 -g ${MAILGRADE_FARM_CFLAGS-} "$folder"/*.c -o "$binary.$$" \
        -lssl -lcrypto
    mv "$binary.$$" "$binary"
}
