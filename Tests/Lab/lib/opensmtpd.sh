# OpenSMTPD. It has no WORDs.
#
# Debian 12's 6.8.0p2 does not get along with OpenSSL 3: whatever the key, no handshake completes ("EVP lib",
# https://github.com/OpenSMTPD/OpenSMTPD/issues/1171 and 1239). Servers like that exist, so it is a case of its own.
#
# Its folders are compiled in. In a namespace it gets empty ones of its own; without, it uses the machine's, and
# stop_opensmtpd removes those it had to make.

readonly opensmtpd_folders=(/var/spool/smtpd /var/lib/opensmtpd/empty)

start_opensmtpd() {
    local folder=$LAB/opensmtpd program=$lab_cache/opensmtpd/usr/sbin/smtpd
    [[ $(each_server opensmtpd echo) ]] || return 0
    mkdir -p "$folder"
    {
        each_server opensmtpd opensmtpd_host
        # No rule accepts anything: every recipient is refused.
        printf 'action "nowhere" relay\nmatch from local for domain "nowhere.invalid" action "nowhere"\n'
    } >"$folder/smtpd.conf"
    if [[ $LAB_NETWORK == namespace ]]; then
        # shellcheck disable=SC2016  # for the inner shell
        start_server opensmtpd unshare --mount sh -euc '
            for hidden in /var/spool /var/lib /run; do mount -t tmpfs lab "$hidden"; done
            mkdir -m 711 /var/spool/smtpd
            mkdir -p /var/lib/opensmtpd/empty
            exec "$0" -d -f "$1"' "$program" "$folder/smtpd.conf"
    else
        make_opensmtpd_folders
        start_server opensmtpd "$program" -d -f "$folder/smtpd.conf"
    fi
}

opensmtpd_host() {
    local address=$1 name=$2
    printf 'pki "%s" cert "%s.pem"\npki "%s" key "%s.key"\n' "$name" "$LAB/pki/$name" "$name" "$LAB/pki/$name"
    printf 'listen on %s port 25 tls pki "%s" hostname "%s"\n' "$address" "$name" "$name"
}

make_opensmtpd_folders() {
    local wanted part
    for wanted in "${opensmtpd_folders[@]}"; do
        part=
        while IFS= read -r -d / name; do
            part+=${name:+/$name}
            [[ ! $part || -d $part ]] || { mkdir -m 711 "$part"; printf '%s\n' "$part" >>"$LAB/made-folders"; }
        done <<<"$wanted/"
    done
}

stop_opensmtpd() {
    [[ -e $LAB/made-folders ]] || return 0
    local made
    tac "$LAB/made-folders" | while read -r made; do rm -rf "$made"; done
}
