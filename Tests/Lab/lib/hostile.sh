# What means harm, in a lab that was asked for it with MAILGRADE_LAB_HOSTILE=yes: the domains of domains-hostile.sh, the name server of
# faulty/hostile_dns.py, and a trap at addresses to which nobody may be led. The servers are among the faulty ones.

readonly hostile_dns_address=127.25.0.57 silent_dns_address=127.25.0.58
readonly trap_address=127.26.0.1 # outside of MAILGRADE_LAB_ALLOW

is_hostile() { [[ ${MAILGRADE_LAB_HOSTILE:-no} == yes ]]; }

start_hostile() {
    is_hostile || return 0
    local traps=("$trap_address")
    # Without a network of its own, the lab leaves the machine's own address alone.
    [[ $LAB_NETWORK == host ]] || traps+=(127.0.0.1)
    : >"$LAB/trap"
    start_server hostile-dns /usr/bin/python3 -B "$lab_home/faulty/hostile_dns.py" "$hostile_dns_address" \
        "$silent_dns_address" "$LAB/servers" "$LAB/trap" "${traps[@]}"
    wait_for_listeners "$hostile_dns_address:53" "$trap_address:25" "$trap_address:443"
}
