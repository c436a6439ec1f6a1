# The words domains.sh is written in. They only fill tables; dns.sh, pki.sh and the servers read them.
#
#   domain NAME [dnssec=signed|unsigned|bogus|expired|servfail|dead]
#       a zone, and with `host` its MX hosts
#   host LABEL SERVER [WORD…]
#       a server at an address of its own, LABEL.NAME (or NAME itself for @), with an MX record and a PTR record.
#       Said again with the same LABEL it adds an address. WORDs every server understands:
#         mx=PREFERENCE|none   cert=KIND (pki.sh)   ptr=good|missing|unconfirmed|alias|delegated|servfail   family=4|6
#         alias=LABEL (the MX record names LABEL, a CNAME of the host; the certificate names both)
#       SERVER is postfix, exim, opensmtpd, faulty or nothing (no one listens); its file in lib/ explains its WORDs.
#   record TEXT
#       one line of the zone file, taken literally

domains=()                  # names, in order
declare -A dnssec_of        # domain → word
declare -A zone_of          # domain → lines of its zone file
declare -A reverse_of       # reverse zone → lines of its zone file
declare -A leaf_of          # host → kind of certificate
declare -A leaf_alias_of    # host → a second name for its certificate
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

host() {
    local label=$1 server=$2 name alias='' target preference=10 ptr=good family=4 word words=()
    name=$label.$current_domain
    [[ $label != @ ]] || name=$current_domain
    target=$name
    [[ " postfix exim opensmtpd faulty nothing " == *" $server "* ]] || die "domains.sh: there is no server $server"
    for word in "${@:3}"; do
        case $word in
            mx=*) preference=${word#mx=} ;;
            ptr=*) ptr=${word#ptr=} ;;
            family=*) family=${word#family=} ;;
            alias=*) alias=${word#alias=} ;;
            cert=*) leaf_of[$name]=${word#cert=} ;;
            *) words+=("$word") ;;
        esac
    done
    : "${leaf_of[$name]:=good}"
    if [[ $alias ]]; then
        target=$alias.$current_domain
        leaf_alias_of[$name]=$target
        record "$target. CNAME $name."
    fi
    [[ $preference == none || ${zone_of[$current_domain]} == *" MX "*" $target."* ]] ||
        record "@ MX $preference $target."
    [[ $family == 4 || $LAB_NETWORK == namespace ]] || return 0
    last_address=$((last_address + 1))
    local address type=A
    printf -v address '127.25.%d.%d' $((last_address / 256)) $((last_address % 256))
    if [[ $family == 6 ]]; then
        printf -v address 'fd25::%x' "$last_address"
        type=AAAA
    fi
    record "$name. $type $address"
    reverse_record "$address" "$name" "$ptr"
    servers+=("$address $name $current_domain $server ${words[*]}")
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
        [[ $kind != nothing ]] || continue
        [[ $address != *:* ]] || address="[$address]"
        printf '%s:25\n' "$address"
    done
}

server_domain() { printf '%s ' "$3"; }
