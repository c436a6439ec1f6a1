# The faulty servers, all in one process. WORD: the fault, a class in faulty/ with hyphens (silent-greeting); the
# word `server` is the one without a fault. Faulty policy hosts (mta-sts.sh) are here too.

start_faulty() {
    {
        each_server faulty echo
        faulty_policy_hosts
    } >"$LAB/faulty-servers"
    local hostile=()
    if [[ $LAB_HOSTILE == yes ]]; then
        hostile=("$hostile_dns_address" "$LAB/trap" "$trap_address")
        # Without a network of its own, the lab leaves the machine's own address alone.
        [[ $LAB_NETWORK == host ]] || hostile+=(127.0.0.1)
        : >"$LAB/trap"
    fi
    start_server faulty env PYTHONPATH="$lab_cache/python" /usr/bin/python3 -B "$lab_home/faulty" \
        "$LAB/faulty-servers" "$LAB/pki" "$servfail_address" "${hostile[@]}"
}
