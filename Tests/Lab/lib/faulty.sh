# The faulty servers, all in one process. WORD: the fault, a class of faulty.py with hyphens (silent-greeting).

start_faulty() {
    each_server faulty echo >"$LAB/faulty-servers"
    start_server faulty /usr/bin/python3 "$lab_home/faulty.py" "$LAB/faulty-servers" "$LAB/pki" "$servfail_address"
}
