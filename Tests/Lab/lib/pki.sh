# The certificate authority: a root and an intermediate, and for every host a leaf of the kind that domains.sh asks
# for. Keys are ECDSA P-256, made anew for each run: RSA would cost a second apiece.
#
# Kinds: good (named as the host, 90 days, sent with the intermediate), rsa (the same with RSA 2048),
#   soon (5 of 90 days left), expired, future (not valid yet), wrong-name, domain-name (names the mail domain only),
#   cn-only (no subjectAltName), incomplete (sent without the intermediate), with-root (sent with the root too),
#   shuffled (the root before the intermediate), extra (sent with a stranger's certificate), leaf-ca (CA:TRUE), no-signing
#   (RSA whose key usage is keyEncipherment alone), must-staple, long-lived (800 days), places (says where
#   its issuer and an OCSP responder are), stapled (the same, with an OCSP response in HOST.ocsp; Exim staples none that
#   says revoked),
#   self-signed, private-ca (a root nobody trusts, sent), weak-key (RSA 1024), sha1 (signed with SHA-1), dual (one of
#   ECDSA and one of RSA), dual-expired (the same, RSA expired), rsa-expired, pair-good, pair-expired (a good one, and another
#   of that kind in HOST.other.pem), twice (the leaf sent twice), top-wildcard
#   (named *.test), by-expired (issued by an intermediate that has expired, which is sent), by-old-root (by a root that has
#   expired and that senders know, unsent), by-old-private (by a root that has expired and that nobody knows, sent).
#
# HOST.pem holds the key, the leaf and whatever else the server sends; HOST.rsa is the second certificate of a dual host.

make_authorities() {
    mkdir -p "$LAB/pki"
    cd "$LAB/pki"
    write_openssl_config
    make_root root "mailgrade lab root" &
    make_root private "A root nobody trusts" &
    make_old_root old-root "mailgrade lab root of before" &
    make_old_root old-private "An old root nobody trusts" &
    wait_for_all
    cat root.crt old-root.crt >anchors.crt
    openssl req -new -config openssl.cnf "${new_ec_key[@]}" -keyout intermediate.key -out intermediate.csr \
        -subj "/CN=mailgrade lab intermediate" 2>>log
    sign root intermediate intermediate_ca "$(date_in +3650)" "$(date_in -1)"
    openssl req -new -config openssl.cnf "${new_ec_key[@]}" -keyout old-intermediate.key -out old-intermediate.csr \
        -subj "/CN=mailgrade lab intermediate of before" 2>>log
    sign root old-intermediate intermediate_ca "$(date_in -10)" "$(date_in -400)"
}

make_leaf() {
    local host=$1 kind=$2 name=${1%.rsa} names issuer=intermediate days_from='' days_until=+90
    local key=("${new_ec_key[@]}") digest=sha256 chain=(intermediate.crt) extensions=leaf
    name=${name%.other}
    cd "$LAB/pki"
    case $kind in
        good) ;;
        rsa) key=(-newkey rsa:2048) ;;
        rsa-expired) key=(-newkey rsa:2048) days_from=-100 days_until=-10 ;;
        soon) days_from=-85 days_until=+5 ;;
        expired) days_from=-100 days_until=-10 ;;
        future) days_from=+10 days_until=+100 ;;
        wrong-name) name=another-host.test ;;
        domain-name) name=${domain_of[$host]} ;;
        cn-only) extensions=leaf_cn_only ;;
        incomplete) chain=() ;;
        with-root) chain=(intermediate.crt root.crt) ;;
        shuffled) chain=(root.crt intermediate.crt) ;;
        extra) chain=(intermediate.crt private.crt) ;;
        leaf-ca) extensions=leaf_ca ;;
        no-signing) key=(-newkey rsa:2048) extensions=leaf_no_signing ;;
        must-staple) extensions=leaf_must_staple ;;
        long-lived) days_until=+800 ;;
        places | stapled) extensions=leaf_places ;;
        self-signed) issuer=self chain=() ;;
        private-ca) issuer=private chain=(private.crt) ;;
        weak-key) key=(-newkey rsa:1024) ;;
        sha1) digest=sha1 ;;
        pair | pair-*)
            make_leaf "$host" good
            make_leaf "$host.other" "${kind#pair-}"
            return
            ;;
        twice) ;;
        top-wildcard) name='*.test' ;;
        by-expired) issuer=old-intermediate chain=(old-intermediate.crt) ;;
        by-old-root) issuer=old-root chain=() ;;
        by-old-private) issuer=old-private chain=(old-private.crt) ;;
        dual | dual-expired)
            make_leaf "$host" good
            make_leaf "$host.rsa" "rsa${kind#dual}"
            cat "$host.rsa.pem" >>"$host.pem"
            return
            ;;
        none) return 0 ;;
        *) die "domains.sh: unknown cert=$kind" ;;
    esac
    names=${leaf_names_of[$host]:-DNS:$name${leaf_alias_of[$host]:+,DNS:${leaf_alias_of[$host]}}}
    if [[ $days_from ]]; then
        openssl req -new -config openssl.cnf "${key[@]}" -keyout "$host.key" -out "$host.csr" -subj "/CN=$name" 2>>log
        LAB_LEAF_NAMES=$names sign "$issuer" "$host" "$extensions" "$(date_in $days_until)" "$(date_in $days_from)"
    else
        local by=(-CA "$issuer.crt" -CAkey "$issuer.key")
        [[ $issuer != self ]] || by=()
        LAB_LEAF_NAMES=$names openssl req -x509 -config openssl.cnf "${key[@]}" -keyout "$host.key" -out "$host.crt" \
            "${by[@]}" "-$digest" -days "${days_until#+}" -subj "/CN=$name" -extensions "$extensions" 2>>log
    fi
    [[ $kind != twice ]] || chain=("$host.crt" "${chain[@]}")
    cat "$host.key" "$host.crt" "${chain[@]}" >"$host.pem"
    [[ $kind != stapled ]] || make_staple "$host"
}

# What the intermediate says of the certificate of HOST, for a server to staple: HOST.ocsp, good for a day.
make_staple() {
    local host=$1 serial until
    serial=$(openssl x509 -in "$host.crt" -noout -serial)
    until=$(date_in +90)
    printf 'V\t%s\t\t%s\tunknown\t/CN=%s\n' "${until:2}" "${serial#serial=}" "$host" >"$host.index"
    openssl ocsp -index "$host.index" -CA intermediate.crt -rsigner intermediate.crt -rkey intermediate.key \
        -issuer intermediate.crt -cert "$host.crt" -ndays 1 -respout "$host.ocsp" >>log 2>&1
}

readonly new_ec_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)

make_root() {
    openssl req -x509 -config openssl.cnf "${new_ec_key[@]}" -keyout "$1.key" -out "$1.crt" -days 3650 \
        -subj "/CN=$2" -extensions root_ca 2>>log
}

# A root whose own dates are over.
make_old_root() {
    openssl req -new -config openssl.cnf "${new_ec_key[@]}" -keyout "$1.key" -out "$1.csr" -subj "/CN=$2" 2>>log
    mkdir "$1.book"
    : >"$1.book/index"
    LAB_BOOK=$1.book openssl ca -batch -notext -config openssl.cnf -selfsign -keyfile "$1.key" -md sha256 \
        -extensions root_ca -startdate "$(date_in -400)" -enddate "$(date_in -10)" -in "$1.csr" -out "$1.crt" 2>>log
}

# `openssl ca`, for only it takes both dates. Its bookkeeping goes to a folder per certificate.
sign() {
    local issuer=$1 subject=$2 extensions=$3 until=$4 from=$5
    local by=(-cert "$issuer.crt" -keyfile "$issuer.key")
    mkdir "$subject.book"
    : >"$subject.book/index"
    LAB_BOOK=$subject.book openssl ca -batch -notext -config openssl.cnf "${by[@]}" -md sha256 \
        -extensions "$extensions" -startdate "$from" -enddate "$until" -in "$subject.csr" -out "$subject.crt" 2>>log
}

date_in() {
    local seconds
    printf -v seconds '%(%s)T' -1
    TZ=UTC printf '%(%Y%m%d%H%M%SZ)T' $((seconds + $1 * 86400))
}

write_openssl_config() {
    cat >openssl.cnf <<'END'
LAB_LEAF_NAMES = unset
LAB_BOOK = unset
[req]
distinguished_name = subject
encrypt_key = no
[subject]
[ca]
default_ca = lab
[lab]
database = $ENV::LAB_BOOK/index
new_certs_dir = $ENV::LAB_BOOK
policy = anything
unique_subject = no
rand_serial = yes
[anything]
commonName = supplied
[root_ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate_ca]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = $ENV::LAB_LEAF_NAMES
[leaf_ca]
basicConstraints = critical, CA:true
keyUsage = critical, digitalSignature, keyCertSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = $ENV::LAB_LEAF_NAMES
[leaf_no_signing]
basicConstraints = CA:false
keyUsage = critical, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = $ENV::LAB_LEAF_NAMES
[leaf_must_staple]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = $ENV::LAB_LEAF_NAMES
tlsfeature = status_request
[leaf_places]
basicConstraints = CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
subjectAltName = $ENV::LAB_LEAF_NAMES
authorityInfoAccess = OCSP;URI:http://ocsp.lab.test/, caIssuers;URI:http://ca.lab.test/intermediate.der
[leaf_cn_only]
basicConstraints = CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
END
}
