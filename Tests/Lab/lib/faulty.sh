# The faulty servers, all in one process. WORD: the fault, a class in faulty/ with hyphens (silent-greeting); the
# word `server` is the one without a fault.

start_faulty() {
    each_server faulty echo >"$LAB/faulty-servers"
    start_server faulty /usr/bin/python3 -B "$lab_home/faulty" \
        "$LAB/faulty-servers" "$LAB/pki" "$servfail_address"
}
