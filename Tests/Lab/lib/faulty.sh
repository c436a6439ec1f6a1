# The faulty servers, all in one process. WORD: the fault, a class in faulty/ with hyphens (silent-greeting); the
# word `server` is the one without a fault. Faulty policy hosts (mta-sts.sh) are here too.

start_faulty() {
    {
        each_server faulty echo
        faulty_policy_hosts
    } >"$LAB/faulty-servers"
    start_server faulty env PYTHONPATH="$lab_cache/python" /usr/bin/python3 -B "$lab_home/faulty" \
        "$LAB/faulty-servers" "$LAB/pki" "$servfail_address"
}
