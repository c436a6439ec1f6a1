# TLSA records, written as in domains.sh: three digits (usage, selector, matching type) and perhaps what they are of.
#
#   311, 301, 310 …   of the server's own certificate; with usage 0 or 2 of the CA that issued it
#   311:rsa           of the second certificate of a dual host, :other of that of a pair; also :leaf, :intermediate, :root and :private
#   311:wrong         of a certificate that the server does not have: stale, or a spare for later
#   311:short         ten bytes short of a digest
#
# Any digits will do: 319 has a matching type that nobody knows, and the data of 311.

# The lines of the zone file of ZONE that its TLSA records make.
tlsa_lines() {
    local owner host record of data
    [[ ${tlsa_of[$1]-} ]] || return 0
    while read -r owner host record; do
        of=${record:4}
        case $of in
            '' | short)
                of=leaf
                [[ $record == [13]* ]] || of=$(issuer_of "$host")
                ;;
            wrong) of=private ;;
        esac
        case $of in
            leaf) of=$host ;;
            rsa | other) of=$host.$of ;;
        esac
        data=$(tlsa_object "$LAB/pki/$of" "${record:1:1}" | tlsa_data "${record:2:1}")
        data=${data%% *}
        [[ $record != *:short ]] || data=${data:20}
        printf '%s TLSA %s %s %s %s\n' "$owner" "${record:0:1}" "${record:1:1}" "${record:2:1}" "$data"
    done <<<"${tlsa_of[$1]%$'\n'}"
}

issuer_of() {
    case ${leaf_of[$1]} in
        private-ca) printf private ;;
        by-expired) printf old-intermediate ;;
        by-old-root) printf old-root ;;
        by-old-private) printf old-private ;;
        self-signed) printf leaf ;;
        *) printf intermediate ;;
    esac
}

# What a selector selects, in DER: 0 the certificate, 1 (and anything else) its public key.
tlsa_object() {
    if [[ $2 == 0 ]]; then openssl x509 -in "$1.crt" -outform DER; else openssl pkey -in "$1.key" -pubout -outform DER; fi
}

tlsa_data() {
    case $1 in
        0) od -An -v -tx1 | tr -d ' \n' ;;
        2) sha512sum ;;
        *) sha256sum ;;
    esac
}
