# The words domains.sh is written in. They only fill tables; dns.sh, pki.sh and the servers read them.
#
#   domain NAME [dnssec=signed|unsigned|bogus|expired|no-denial|servfail|dead|…]
#       a zone, and with `host` its MX hosts; dns.sh knows every state that a zone can be in
#   host LABEL SERVER [WORD…]
#       a server at an address of its own, LABEL.NAME (or NAME itself for @), with an MX record and a PTR record.
#       Said again with the same LABEL it adds an address. WORDs every server understands:
#         mx=PREFERENCE|none   cert=KIND (pki.sh)   ptr=good|missing|unconfirmed|alias|delegated|servfail   family=4|6
#         alias=LABEL (the MX record names LABEL, a CNAME of the host; the certificate names both)
#         tlsa=RECORD (a TLSA record, of the kinds that tlsa.sh knows; several make several records)
#         tlsa-at=OWNER (the name of those records, _25._tcp.LABEL unless this says otherwise)
#         tlsa-zone=STATE (puts them into a zone of their own, _tcp.LABEL, in a state that `domain` knows)
#       SERVER is postfix, exim, opensmtpd, faulty, nothing (no one listens) or elsewhere (there is no route, with family=6);
#       its file in lib/ explains its WORDs.
#   record TEXT
#       one line of the zone file, taken literally
#   tlsa OWNER HOST RECORD…
#       TLSA records of the certificate of HOST, wherever that is
#   sts MODE [WORD…]
#       MTA-STS: a record and a policy host, with the WORDs of mta-sts.sh; after the hosts, which its policy lists

domains=()                  # names, in order
declare -A dnssec_of        # domain → word
declare -A zone_of          # domain → lines of its zone file
declare -A tlsa_of          # domain → its TLSA records, lines "OWNER HOST RECORD"
declare -A children_of_zone # domain → the zones right below it
declare -A reverse_of       # reverse zone → lines of its zone file
declare -A leaf_of          # host → kind of certificate
declare -A leaf_alias_of    # host → a second name for its certificate
declare -A leaf_names_of    # host → all names of its certificate, where it is not known by its own
declare -A domain_of        # host → domain
servers=()                  # "ADDRESS HOST DOMAIN SERVER WORD…", one per address
current_domain=
last_address=$((256 + 10))  # 127.25.1.10 and fd25::10a

domain() {
    current_domain=$1
    domains+=("$1")
    dnssec_of[$1]=signed
    zone_of[$1]=
    local word
    for word in "${@:2}"; do
        case $word in
            dnssec=*) dnssec_of[$1]=${word#dnssec=} ;;
            *) die "domains.sh: domain $1 has an unknown word $word" ;;
        esac
    done
}

record() { zone_of[$current_domain]+="$*"$'\n'; }

tlsa() {
    local record
    for record in "${@:3}"; do
        tlsa_of[$current_domain]+="$1 $2 $record"$'\n'
    done
}

host() {
    local address type label=$1 server=$2 name alias='' target preference=10 ptr=good family=4 word words=()
    local records=() owner='' tlsa_zone=''
    name=$label.$current_domain
    [[ $label != @ ]] || name=$current_domain
    target=$name
    [[ " postfix exim opensmtpd faulty nothing elsewhere " == *" $server "* ]] || die "domains.sh: there is no server $server"
    for word in "${@:3}"; do
        case $word in
            mx=*) preference=${word#mx=} ;;
            ptr=*) ptr=${word#ptr=} ;;
            family=*) family=${word#family=} ;;
            alias=*) alias=${word#alias=} ;;
            cert=*) leaf_of[$name]=${word#cert=} ;;
            tlsa=*) records+=("${word#tlsa=}") ;;
            tlsa-at=*) owner=${word#tlsa-at=} ;;
            tlsa-zone=*) tlsa_zone=${word#tlsa-zone=} ;;
            *) words+=("$word") ;;
        esac
    done
    : "${leaf_of[$name]:=good}"
    domain_of[$name]=$current_domain
    if [[ $alias ]]; then
        target=$alias.$current_domain
        leaf_alias_of[$name]=$target
        record "$target. CNAME $name."
    fi
    [[ $preference == none || ${zone_of[$current_domain]} == *" MX "*" $target."* ]] ||
        record "@ MX $preference $target."
    if [[ $tlsa_zone ]]; then
        host_zone "_tcp.$name" "$tlsa_zone" "_25._tcp.$name." "$name" "${records[@]}"
    else
        tlsa "${owner:-_25._tcp.$name.}" "$name" "${records[@]}"
    fi
    [[ $family == 4 || $LAB_NETWORK == namespace ]] || return 0
    next_address
    if [[ $family == 6 ]]; then
        printf -v address 'fd25::%x' "$last_address"
        type=AAAA
    fi
    record "$name. $type $address"
    reverse_record "$address" "$name" "$ptr"
    servers+=("$address $name $current_domain $server ${words[*]}")
}

# Sets the caller's `address` and `type` to an IPv4 address that nobody has yet.
next_address() {
    last_address=$((last_address + 1))
    printf -v address '127.25.%d.%d' $((last_address / 256)) $((last_address % 256))
    type=A
}

# A zone ZONE of its own in STATE right below the current domain, with TLSA records: OWNER HOST RECORD….
host_zone() {
    local parent=$current_domain current_domain=$1
    dnssec_of[$1]=$2
    zone_of[$1]=
    children_of_zone[$parent]+="$1 "
    tlsa "${@:3}"
}

# Writes the reverse side of ADDRESS for NAME: as it should be, or in one of the ways it goes wrong.
reverse_record() {
    local address=$1 name=$2 ptr=$3 zone=127.in-addr.arpa owner bytes
    IFS=. read -ra bytes <<<"$address"
    owner=${bytes[3]-}.${bytes[2]-}.25
    if [[ $address == *:* ]]; then
        zone=d.f.ip6.arpa owner=$(ip6_owner "$address")
    fi
    case $ptr in
        good) reverse_of[$zone]+="$owner PTR $name."$'\n' ;;
        missing) ;;
        unconfirmed) reverse_of[$zone]+="$owner PTR elsewhere.test."$'\n' ;;
        alias)
            record "alias.$name. CNAME $name."
            reverse_of[$zone]+="$owner PTR alias.$name."$'\n'
            ;;
        delegated) reverse_of[$zone]+="$owner CNAME $owner.rfc2317"$'\n'"$owner.rfc2317 PTR $name."$'\n' ;;
        servfail) reverse_of[$zone]+="$owner NS ns.servfail.test."$'\n' ;;
        *) die "domains.sh: unknown ptr=$ptr" ;;
    esac
}

# fd25::1f as a name below d.f.ip6.arpa: its nibbles, last one first.
ip6_owner() {
    local digits name="" i
    printf -v digits '25%028x' "0x${1##*:}"
    for ((i = ${#digits} - 1; i >= 0; i--)); do name+=${digits:i:1}.; done
    printf '%s' "${name%.}"
}

# Runs "COMMAND… ADDRESS HOST DOMAIN WORD…" for each server of a KIND.
each_server() {
    local kind=$1 server fields
    shift
    for server in "${servers[@]}"; do
        read -ra fields <<<"$server"
        [[ ${fields[3]} != "$kind" ]] || "$@" "${fields[@]:0:3}" "${fields[@]:4}"
    done
}

listening_addresses() {
    local server address kind
    for server in "${servers[@]}"; do
        read -r address _ _ kind _ <<<"$server"
        [[ $kind != nothing && $kind != elsewhere ]] || continue
        [[ $address != *:* ]] || address="[$address]"
        printf '%s:25\n' "$address"
    done
    policy_addresses
}

server_domain() { printf '%s ' "$3"; }
