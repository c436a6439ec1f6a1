# A lab that stays up for work by hand: `lab run` in the background, with a command that only waits.

readonly started=${XDG_RUNTIME_DIR:-/tmp}/mailgrade-lab.started  # the run's process, environment and log

start_lab() {
    ! is_started || { say "a lab is running already"; return 0; }
    rm -rf "$started"
    mkdir -m 700 "$started"
    setsid "$lab_home/lab" run "$lab_home/lab" hold "$started" >"$started/log" 2>&1 </dev/null &
    printf '%s\n' $! >"$started/process"
    until [[ -e $started/environment ]]; do
        is_started || { cat "$started/log" >&2; rm -rf "$started"; exit 1; }
        sleep 0.1
    done
    say "the lab is running: '$lab_home/lab in COMMAND…' uses it, '$lab_home/lab stop' ends it"
}

# `lab hold FOLDER`: the command of that run.
hold_lab() {
    env | grep ^MAILGRADE_LAB >"$1/environment.part"
    mv "$1/environment.part" "$1/environment"
    exec sleep infinity
}

enter_lab() {
    is_started || die "no lab is running: 'lab start' starts one"
    local environment enter=()
    mapfile -t environment <"$started/environment"
    if [[ " ${environment[*]} " == *" MAILGRADE_LAB_NETWORK=namespace "* ]]; then
        enter=(nsenter --net --mount --pid --target "$(first_process)")
    fi
    # shellcheck disable=SC2016  # for the inner shell: another mount namespace begins at /
    exec "${enter[@]}" env "${environment[@]}" bash -c 'cd "$0" && exec "$@"' "$PWD" "$@"
}

lab_status() {
    is_started || { say "no lab is running"; return 1; }
    say "a lab is running; its environment and its servers:"
    cat "$started/environment"
    # shellcheck disable=SC2016  # for the inner shell
    enter_lab bash -c 'cat "$MAILGRADE_LAB/servers"'
}

stop_lab() {
    is_started || { rm -rf "$started"; say "no lab is running"; return 0; }
    local process
    process=$(<"$started/process")
    kill -TERM "$process"
    while is_started; do sleep 0.05; done
    rm -rf "$started"
}

# A process that has ended but that nobody has asked about yet still has a number, but no command line any more.
is_started() { [[ -e $started/process && $(tr '\0' ' ' 2>/dev/null <"/proc/$(<"$started/process")/cmdline") ]]; }

# The supervisor's child is unshare, whose child is the first process of the namespace.
first_process() {
    local process
    process=$(<"$started/process")
    read -r process <"/proc/$process/task/$process/children"
    read -r process <"/proc/$process/task/$process/children"
    printf '%s\n' "$process"
}
