# Compiling the farm, when it is older than what it is made of.

farm_sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/server" && pwd)
farm_binary=${MAILGRADE_FARM_BINARY:-$(dirname "$(dirname "$(dirname "$farm_sources")")")/.build/farm/farm}
readonly farm_sources farm_binary

build_farm() {
    [[ ! -x $farm_binary || $(find "$farm_sources" -newer "$farm_binary" -print -quit) ]] || return 0
    local compiler
    compiler=$(type -P "${CC:-clang}" || type -P cc) || { echo "farm: there is no C compiler" >&2; exit 1; }
    mkdir -p "$(dirname "$farm_binary")"
    # shellcheck disable=SC2086  # several flags
    "$compiler" -std=gnu17 -Wall -Wextra -Werror -O2 -g ${FARM_CFLAGS-} "$farm_sources"/*.c -o "$farm_binary.new" -lssl -lcrypto
    mv "$farm_binary.new" "$farm_binary"
}
