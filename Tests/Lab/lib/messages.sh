# What the lab says, always on standard error: standard output belongs to COMMAND.

say() { printf 'lab: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

require_command() { (($#)) || die "name the command to run, for instance 'lab run bash'"; }
