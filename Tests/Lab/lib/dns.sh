# The DNS tree: NSD serves a signed root, `test.`, a zone per domain and the reverse zones; unbound validates it from
# the lab's own root anchor and is the resolver that mailgrade is given.

readonly nsd_address=127.25.0.54 unbound_address=127.25.0.53 servfail_address=127.25.0.55 dead_dns_address=127.25.0.56
readonly bogus_digest=00000000000000000000000000000000000000000000000000000000deadbeef

# The states of a zone, dnssec=STATE and tlsa-zone=STATE in domains.sh: signed (with ECDSA, and denial by NSEC), unsigned,
#   bogus (the parent's DS fits no key), expired (signatures of 2020), no-denial (signed, but that a name does not exist
#   is not proven), rsasha1 (signed with RSA and SHA-1), ds-sha1 (the parent's DS is a SHA-1 digest), nsec3 (denial by
#   NSEC3 as RFC 9276 wants it), nsec3-iterations (with salt and 100 iterations), ed448 (signed with Ed448, which some
#   validators lack), algorithm-99 (the parent's DS says 99, which nobody implements), servfail and dead (the name server
#   answers so, or not at all), hostile and hostile-silent (that of
#   faulty/hostile_dns.py answers, at one or the other of its addresses), nsec3-many (with 2,500 iterations),
#   colliding-keys (60 keys have the tag of the one that signs, and each signature stands among 60 that are none),
#   colliding-bogus (the same, without the good signatures).

# Writes and signs every zone, and leaves the trust anchor in $LAB/dns/anchor.
make_zones() {
    mkdir -p "$LAB/dns"
    cd "$LAB/dns"
    local zone below_root=(test 127.in-addr.arpa)
    [[ $LAB_NETWORK == host ]] || below_root+=(d.f.ip6.arpa)
    in_parallel make_domain_zone "${domains[@]}"
    zone=127.in-addr.arpa
    reverse_of["$zone"]+="1.0.0 PTR localhost.test."$'\n'
    for zone in "${below_root[@]:1}"; do
        write_zone "$zone" "${reverse_of[$zone]-}"
    done
    write_zone test "$(
        printf '%s\n' "ns A $nsd_address" "localhost A 127.0.0.1" "elsewhere A 127.25.0.99" \
            "ns.servfail A $servfail_address" "ns.dead A $dead_dns_address" "ns.hostile A $hostile_dns_address" \
            "ns.hostile-silent A $silent_dns_address"
        cat ./*.delegation
    )"
    in_parallel sign_zone "${below_root[@]}"
    write_zone root "$(
        for zone in "${below_root[@]}"; do
            printf '%s. NS ns.test.\n' "$zone"
            cat "K$zone.+"*.ds
        done
        printf 'ns.test. A %s\n' "$nsd_address"
    )"
    sign_zone root
    cp "K.+"*.key anchor
}

make_domain_zone() { make_zone "$1" "$1.delegation"; }

# One zone with the zones below it, and in the file DELEGATION the lines that its parent needs.
make_zone() {
    local name=$1 delegation=$2 child
    case ${dnssec_of[$name]} in
        servfail | dead | hostile | hostile-silent) printf '%s. NS ns.%s.test.\n' "$name" "${dnssec_of[$name]}" >"$delegation"; return ;;
    esac
    for child in ${children_of_zone[$name]-}; do
        make_zone "$child" "$child.below"
        zone_of["$name"]+=$(<"$child.below")$'\n'
    done
    tlsa_lines "$name" >"$name.tlsa"
    write_zone "$name" "${zone_of[$name]}$(<"$name.tlsa")"
    printf '%s. NS ns.test.\n' "$name" >"$delegation"
    case ${dnssec_of[$name]} in
        signed) sign_zone "$name" ;;
        unsigned) mv "$name.zone" "$name.served"; return ;;
        bogus)
            sign_zone "$name"
            sed -i -E "s/[0-9a-f]{64}/$bogus_digest/" "$zone_key.ds"
            ;;
        expired) sign_zone "$name" -i 20200101000000 -e 20200201000000 ;;
        no-denial)
            sign_zone "$name"
            sed -i -E '/\tIN\t(RRSIG\t)?NSEC[ \t]/d' "$name.served"
            ;;
        rsasha1)
            key_algorithm=RSASHA1 sign_zone "$name"
            ldns-key2ds -n -2 "$zone_key.key" >"$zone_key.ds"
            ;;
        ds-sha1)
            sign_zone "$name"
            ldns-key2ds -n -1 "$zone_key.key" >"$zone_key.ds"
            ;;
        ed448) key_algorithm=ED448 sign_zone "$name" ;;
        algorithm-99)
            sign_zone "$name"
            sed -i -E 's/(DS[ \t]+[0-9]+) 13 /\1 99 /' "$zone_key.ds"
            ;;
        nsec3) sign_zone "$name" -n -t 0 ;;
        nsec3-iterations) sign_zone "$name" -n -t 100 -s cafe ;;
        nsec3-many) sign_zone "$name" -n -t 2500 -s cafe ;;
        colliding-keys | colliding-bogus) sign_with_colliding_keys "$name" "${dnssec_of[$name]#colliding-}" ;;
        *) die "domains.sh: unknown dnssec=${dnssec_of[$name]}" ;;
    esac
    cat "$zone_key.ds" >>"$delegation"
}

# Writes the zone file of a NAME (or of the root) with RECORDS.
write_zone() {
    local origin=$1.
    [[ $1 != root ]] || origin=.
    printf '%s\n' "\$ORIGIN $origin" "\$TTL 300" "@ SOA ns.test. hostmaster.test. 1 3600 600 86400 300" "@ NS ns.test." \
        "$2" >"$1.zone"
}

# Signs NAME.zone into NAME.served with one new key, and leaves the name of that key's files in `zone_key`: $zone_key.key,
# and with the DS record $zone_key.ds.
sign_zone() {
    local origin=$1
    [[ $origin != root ]] || origin=.
    zone_key=$(ldns-keygen -a "${key_algorithm:-ECDSAP256SHA256}" -k "$origin")
    ldns-signzone -o "$origin" -f "$1.served" "${@:2}" "$1.zone" "$zone_key" >>log 2>&1
}

# Signs NAME.zone with a key of RSA, among others of its tag. RFC 4034, appendix B: a tag tells keys apart only mostly.
sign_with_colliding_keys() {
    local origin=$1 how=$2
    zone_key=$(ldns-keygen -a RSASHA256 -b 2048 -k "$origin")
    /usr/bin/python3 "$lab_home/lib/colliding_keys.py" keys "$zone_key.key" >>"$1.zone"
    ldns-signzone -o "$origin" -f "$1.signed" "$1.zone" "$zone_key" >>log 2>&1
    /usr/bin/python3 "$lab_home/lib/colliding_keys.py" "$how" "$1.signed" >"$1.served"
}

start_nsd() {
    local zone origin
    cd "$LAB/dns"
    {
        cat <<END
server:
    ip-address: $nsd_address
    username: ""
    chroot: ""
    zonesdir: "$LAB/dns"
    database: ""
    zonelistfile: "$LAB/dns/zone.list"
    xfrdfile: "$LAB/dns/xfrd.state"
    xfrdir: "$LAB/dns"
    pidfile: ""
    hide-version: yes
remote-control:
    control-enable: no
END
        for zone in *.served; do
            origin=${zone%.served}
            [[ $origin != root ]] || origin=.
            printf 'zone:\n    name: "%s"\n    zonefile: "%s"\n' "$origin" "$zone"
        done
    } >nsd.conf
    nsd-checkconf nsd.conf
    start_server nsd nsd -d -c "$LAB/dns/nsd.conf"
}

# unbound answers `test.` and the loopback's reverse zones by itself unless told otherwise.
start_unbound() {
    cat >"$LAB/dns/unbound.conf" <<END
server:
    interface: $unbound_address
    access-control: 0.0.0.0/0 allow
    do-ip6: no
    username: ""
    chroot: ""
    directory: "$LAB/dns"
    pidfile: ""
    use-syslog: no
    log-time-ascii: yes
    val-log-level: 2
    trust-anchor-file: "$LAB/dns/anchor"
    do-not-query-localhost: no
    unblock-lan-zones: yes
    local-zone: "test." nodefault
    local-zone: "127.in-addr.arpa." nodefault
    local-zone: "d.f.ip6.arpa." nodefault
    num-threads: 1
remote-control:
    control-enable: no
stub-zone:
    name: "."
    stub-addr: $nsd_address
END
    start_server unbound unbound -d -c "$LAB/dns/unbound.conf"
}
