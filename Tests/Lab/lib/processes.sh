# Starting servers, waiting until they listen, stopping them, and doing many small things at once.

# Runs FUNCTION once for each further argument, as many at a time as there are processors; fails if one fails.
in_parallel() {
    local function=$1 argument running=0 limit
    limit=$(nproc)
    shift
    for argument in "$@"; do
        if ((running >= limit)); then
            wait -n
            running=$((running - 1))
        fi
        "$function" "$argument" &
        running=$((running + 1))
    done
    wait_for_all
}

# Waits for everything that was put in the background, and fails if any of it failed; `wait` alone forgets that.
wait_for_all() {
    local job status=0
    for job in $(jobs -p); do
        wait "$job" || status=$?
    done
    return "$status"
}

# Starts a server in a session of its own (so that one signal reaches all it forks), its output in a log.
start_server() {
    local name=$1
    shift
    setsid -- "$@" >"$LAB/log/$name" 2>&1 </dev/null &
    printf '%s\n' $! >"$LAB/pids/$name"
}

# Waits until something listens on every ADDRESS:PORT given; says which server's log to read when one does not.
wait_for_listeners() {
    local deadline=$((SECONDS + 30)) listening address name missing
    while :; do
        listening=$(ss -Hltn | awk '{ print $4 }')
        missing=
        for address in "$@"; do
            [[ $'\n'$listening$'\n' == *$'\n'"$address"$'\n'* ]] || { missing=$address; break; }
        done
        [[ $missing ]] || return 0
        for name in "$LAB"/pids/*; do
            kill -0 "$(<"$name")" 2>/dev/null || fail_with_log "${name##*/}" "ended while starting"
        done
        ((SECONDS < deadline)) || fail_with_log "*" "nothing listens on $missing after 30 seconds"
        sleep 0.05
    done
}

fail_with_log() {
    local log
    say "$1: $2"
    for log in "$LAB"/log/$1; do
        say "the end of ${log##*/}'s log:"
        tail -n 15 "$log" >&2
    done
    exit 1
}

# Ends every server: politely, and after half a second without mercy. What they leave behind is thrown away anyhow.
stop_servers() {
    local file session attempt
    disown -a  # or bash reports each of their deaths
    for file in "$LAB"/pids/*; do
        [[ -e $file ]] || return 0
        kill -TERM -- "-$(<"$file")" 2>/dev/null || true
    done
    for attempt in {1..10}; do
        [[ $(live_sessions) ]] || return 0
        sleep 0.05
    done
    for session in $(live_sessions); do
        kill -KILL -- "-$session" 2>/dev/null || true
    done
}

live_sessions() {
    local file
    for file in "$LAB"/pids/*; do
        ! kill -0 -- "-$(<"$file")" 2>/dev/null || cat "$file"
    done
}

# Ends what a process has started and what that has started: each is halted first, lest it starts another meanwhile.
end_descendants() {
    local child
    for child in $(children_of "$1"); do
        kill -STOP "$child" 2>/dev/null || continue
        end_descendants "$child"
        kill -KILL "$child" 2>/dev/null || true
    done
}

children_of() { cat "/proc/$1/task/$1/children" 2>/dev/null || true; }
