# Exim, linked with GnuTLS: one daemon for all its hosts. It has no WORDs.

start_exim() {
    local folder=$LAB/exim
    mkdir -p "$folder/spool" "$folder/log"
    chown Debian-exim: "$folder/spool" "$folder/log"
    each_server exim exim_name >"$folder/names"
    sed -e "s|@LAB@|$LAB|g" \
        -e "s|@ADDRESSES@|$(each_server exim printf '%s ; %.0s%.0s')|" \
        -e "s|@DOMAINS@|$(each_server exim printf '%.0s%.0s%s : ')|" \
        "$lab_home/templates/exim.conf" >"$folder/exim.conf"
    start_server exim "$lab_cache/exim4-daemon-light/usr/sbin/exim4" -bdf -C "$folder/exim.conf"
}

# Quotes, because an IPv6 address has colons.
exim_name() { printf '"%s": %s\n' "$1" "$2"; }
