# The life of a lab: a folder for its state, a namespace where possible, start, COMMAND, stop.

# `lab run`: makes the folder, goes into a namespace or does without, and sees to it that nothing stays behind.
run_lab() {
    ((EUID == 0)) || die "the lab's mail servers need root: 'sudo $lab_home/lab run …'"
    require_packages
    local state status=0
    state=$(mktemp -d "${TMPDIR:-/tmp}/mailgrade-lab.XXXXXX")
    chmod 755 "$state"
    # shellcheck disable=SC2064  # the folder as it is now
    trap "rm -rf '$state'" EXIT
    if namespace_works; then
        # The kernel ends every process of the namespace together with its first one.
        supervise setpriv --pdeathsig KILL \
            unshare --net --mount --pid --fork --kill-child --mount-proc \
            "$lab_home/lab" inside namespace "$state" "$@" || status=$?
    else
        exec {only_one}<"$lab_cache"
        flock -n "$only_one" || die "another lab uses this machine's loopback, and namespaces are not permitted here"
        supervise "$lab_home/lab" inside host "$state" "$@" || status=$?
    fi
    exit "$status"
}

namespace_works() {
    [[ ${MAILGRADE_LAB_NETWORK:-} != host ]] &&
        unshare --net --mount --pid --fork --kill-child --mount-proc ip link set lo up 2>/dev/null
}

# `lab inside NETWORK STATE COMMAND…`: the first process of the namespace, if there is one.
live_inside() {
    LAB_NETWORK=$1 LAB=$2
    shift 2
    if [[ $LAB_NETWORK == host ]]; then
        trap 'stop_servers; end_descendants $$; stop_opensmtpd' EXIT
    else
        furnish_namespace
    fi
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mkdir -p "$LAB/log" "$LAB/pids"
    local home=$PWD
    start_servers
    cd "$home"
    export MAILGRADE_LAB=$LAB \
        MAILGRADE_LAB_RESOLVER=$unbound_address:53 \
        MAILGRADE_LAB_ANCHOR=$LAB/dns/anchor \
        MAILGRADE_LAB_CA=$LAB/pki/anchors.crt \
        MAILGRADE_LAB_PORT=25 \
        MAILGRADE_LAB_ALLOW=127.25.0.0/16,fd25::/64 \
        MAILGRADE_LAB_HTTPS=$LAB_HTTPS \
        MAILGRADE_LAB_NETWORK=$LAB_NETWORK
    local status=0
    supervise "$@" || status=$?
    exit "$status"
}

# Own loopback with the IPv6 addresses, own state that no disk ever sees, own resolver.
furnish_namespace() {
    mount -t tmpfs -o mode=755 mailgrade-lab "$LAB"
    # trust-ad: without it the C library hides from Postfix what unbound validated.
    printf 'nameserver %s\noptions edns0 trust-ad\n' "$unbound_address" >"$LAB/resolv.conf"
    [[ ! -e /etc/resolv.conf ]] || mount --bind "$LAB/resolv.conf" /etc/resolv.conf
    ip link set lo up
}

start_servers() {
    choose_https
    source "$lab_home/domains.sh"
    if is_hostile; then source "$lab_home/domains-hostile.sh"; fi
    printf '%s\n' "${servers[@]}" >"$LAB/servers"
    give_addresses
    # One after the other, for TLSA records are made of certificates; each keeps every processor busy.
    {
        make_certificates
        make_zones
    } &
    wait_for_all || {
        tail -n 5 "$LAB"/dns/log "$LAB"/pki/log >&2 || true
        die "the zones or the certificates could not be made"
    }
    start_nsd
    start_unbound
    start_postfix
    start_exim
    start_opensmtpd
    start_faulty
    start_hostile
    start_nginx
    # shellcheck disable=SC2046  # one word per address
    wait_for_listeners "$nsd_address:53" "$unbound_address:53" $(listening_addresses)
}

give_addresses() {
    local server address kind
    for server in "${servers[@]}"; do
        read -r address _ _ kind _ <<<"$server"
        [[ $address != *:* || $kind == elsewhere ]] || printf 'addr add %s/128 dev lo nodad\n' "$address"
    done | ip -batch -
}

make_certificates() {
    make_authorities
    in_parallel make_host_leaf "${!leaf_of[@]}"
}

make_host_leaf() { make_leaf "$1" "${leaf_of[$1]}"; }

# Runs COMMAND with our terminal and hears signals meanwhile, which bash does not while a command is in front.
supervise() {
    local child status=0
    env --default-signal=INT,QUIT -- "$@" <&0 &
    child=$!
    # shellcheck disable=SC2064  # the process as it is now
    trap "pass_on TERM $child" TERM HUP
    # A terminal's Ctrl-C has reached the command already.
    # shellcheck disable=SC2064
    trap "[[ -t 0 ]] || pass_on INT $child" INT
    while :; do
        wait "$child" && status=0 || status=$?
        kill -0 "$child" 2>/dev/null || break
    done
    return "$status"
}

# unshare itself blocks signals: its child is meant.
pass_on() {
    local signal=$1 child=$2 inner=
    [[ $(<"/proc/$child/comm") != unshare ]] || inner=$(<"/proc/$child/task/$child/children")
    # shellcheck disable=SC2086  # one word per process
    kill "-$signal" ${inner:-$child} 2>/dev/null || true
}
