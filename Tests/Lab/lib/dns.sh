# The DNS tree: NSD serves a signed root, `test.`, a zone per domain and the reverse zones; unbound validates it from
# the lab's own root anchor and is the resolver that mailgrade is given.

readonly nsd_address=127.25.0.54 unbound_address=127.25.0.53 servfail_address=127.25.0.55 dead_dns_address=127.25.0.56
readonly bogus_digest=00000000000000000000000000000000000000000000000000000000deadbeef

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
        write_zone "$zone" <<<"${reverse_of[$zone]-}"
    done
    {
        printf '%s\n' "ns A $nsd_address" "localhost A 127.0.0.1" "elsewhere A 127.25.0.99" \
            "ns.servfail A $servfail_address" "ns.dead A $dead_dns_address"
        cat ./*.delegation
    } | write_zone test
    in_parallel sign_zone "${below_root[@]}"
    {
        for zone in "${below_root[@]}"; do
            printf '%s. NS ns.test.\n' "$zone"
            cat "$zone.ds"
        done
        printf 'ns.test. A %s\n' "$nsd_address"
    } | write_zone root
    sign_zone root
    cp root.key anchor
}

# One domain's zone, and the lines its parent needs. Names in `domains` end in .test.
make_domain_zone() {
    local name=$1 label=${1%.test}
    case ${dnssec_of[$name]} in
        servfail) printf '%s NS ns.servfail.test.\n' "$label" >"$name.delegation"; return ;;
        dead) printf '%s NS ns.dead.test.\n' "$label" >"$name.delegation"; return ;;
    esac
    write_zone "$name" <<<"${zone_of[$name]}"
    printf '%s NS ns.test.\n' "$label" >"$name.delegation"
    case ${dnssec_of[$name]} in
        signed)
            sign_zone "$name"
            cat "$name.ds" >>"$name.delegation"
            ;;
        unsigned) mv "$name.zone" "$name.served" ;;
        bogus)  # the parent's DS fits no key of the zone
            sign_zone "$name"
            sed -E "s/[0-9a-f]{64}/$bogus_digest/" "$name.ds" >>"$name.delegation"
            ;;
        expired)
            sign_zone "$name" -i 20200101000000 -e 20200201000000
            cat "$name.ds" >>"$name.delegation"
            ;;
        *) die "domains.sh: unknown dnssec=${dnssec_of[$name]}" ;;
    esac
}

# The zone file of a name (or of the root), with the records on standard input.
write_zone() {
    local origin=$1.
    [[ $1 != root ]] || origin=.
    {
        printf '%s\n' "\$ORIGIN $origin" "\$TTL 300" "@ SOA ns.test. hostmaster.test. 1 3600 600 86400 300" "@ NS ns.test."
        cat
    } >"$1.zone"
}

# Signs NAME.zone into NAME.served with one new key, and leaves that key and its DS record beside it.
sign_zone() {
    local name=$1 origin=$1 key
    [[ $name != root ]] || origin=.
    mkdir "$name.keys"
    key=$(cd "$name.keys" && ldns-keygen -a ECDSAP256SHA256 -k "$origin")
    ldns-signzone -o "$origin" -f "$name.served" "${@:2}" "$name.zone" "$name.keys/$key" >>log 2>&1
    cp "$name.keys/$key.key" "$name.key"
    cp "$name.keys/$key.ds" "$name.ds"
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
