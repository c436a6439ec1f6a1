# Gets the packages of the lab: most by apt, two more mail servers and a web server unpacked beside it, and an
# implementation of TLS that still speaks what Debian's do not, by pip.

readonly installed_packages=(postfix nsd ldnsutils unbound openssl python3 python3-pip iproute2 util-linux)
# Debian's mail servers conflict with one another, so that only Postfix is installed. `dpkg -x` unpacks the others, and
# nginx, which would otherwise become a service of this machine.
readonly unpacked_packages=(exim4-daemon-light opensmtpd nginx)
# Users that the unpacked servers insist on; their packages would have made them.
readonly unpacked_users=(Debian-exim opensmtpd opensmtpq)

install_packages() {
    local missing=() package
    for package in "${installed_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]})); then
        apt_install "${missing[@]}"
    fi
    for package in "${unpacked_packages[@]}"; do
        [[ -e $lab_cache/$package/.complete ]] || unpack_package "$package"
    done
    install_python_packages
    add_users
}

# Into a folder of the lab's own, where nothing else looks for them. The copy of the list says that it is all there.
install_python_packages() {
    local list=$lab_home/python-packages.txt folder=$lab_cache/python
    ! cmp -s "$list" "$folder/.complete" || return 0
    say "unpacking packages for Python into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
        --no-deps --require-hashes --target "$folder" --requirement "$list"
    cp "$list" "$folder/.complete"
}

# Fails with a sentence where `lab install` has not been run.
require_packages() {
    local package user
    for package in "${installed_packages[@]}"; do
        is_installed "$package" || die "the Debian package $package is missing: run '$lab_home/lab install' first"
    done
    for package in "${unpacked_packages[@]}"; do
        [[ -e $lab_cache/$package/.complete ]] ||
            die "$lab_cache has no $package: run '$lab_home/lab install' first"
    done
    cmp -s "$lab_home/python-packages.txt" "$lab_cache/python/.complete" ||
        die "$lab_cache has no packages for Python: run '$lab_home/lab install' first"
    for user in "${unpacked_users[@]}"; do
        getent passwd "$user" >/dev/null || die "there is no user $user: run '$lab_home/lab install' first"
    done
}

is_installed() { [[ -e /var/lib/dpkg/info/$1.list || -e /var/lib/dpkg/info/$1:$(dpkg --print-architecture).list ]]; }

# Installs packages without letting their services start, now or at the next boot.
apt_install() {
    ((EUID == 0)) || die "installing $* needs root: run 'sudo $lab_home/lab install'"
    say "installing $*"
    local policy=/usr/sbin/policy-rc.d made_policy="" service
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made_policy=yes
        # shellcheck disable=SC2064  # the path as it is now
        trap "rm -f '$policy'" EXIT
    fi
    # --no-remove: on a machine with a mail server of its own, Postfix would put it out.
    local install=(install -y --no-install-recommends --no-remove)
    apt-cache show "$@" >/dev/null 2>&1 || apt_quietly update
    apt_quietly "${install[@]}" "$@" || { apt_quietly update && apt_quietly "${install[@]}" "$@"; }
    if [[ $made_policy ]]; then
        rm -f "$policy"
        trap - EXIT
    fi
    for service in "$@"; do
        [[ -e /etc/init.d/$service ]] || continue
        ! command -v systemctl || systemctl disable "$service.service" || true
        update-rc.d "$service" disable || true
    done >/dev/null 2>&1
}

# postfix asks what kind of mail site this is; "No configuration" is the answer that writes no main.cf.
apt_quietly() {
    local log
    log=$(mktemp)
    if ! printf 'postfix postfix/main_mailer_type select No configuration\n' | debconf-set-selections ||
        ! DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# Unpacks one package into the cache, and installs the shared libraries it is linked to.
unpack_package() {
    local package=$1 folder=$lab_cache/$1 work libraries
    say "unpacking $package into $folder"
    work=$(mktemp -d)
    chmod 755 "$work"
    (
        cd "$work"
        apt-get -q download "$package" >log 2>&1 || {
            apt_quietly update
            apt-get -q download "$package" >log 2>&1
        } || { cat log >&2; exit 1; }
    )
    rm -rf "$folder"
    mkdir -p "$folder"
    dpkg -x "$work/$package"_*.deb "$folder"
    find "$folder" -perm /6000 -exec chmod ug-s {} +  # nobody but root runs them here
    # "libc6 (>= 2.36), libdb5.3, exim4-base (>= 4.96) | …" becomes "libc6 libdb5.3"
    libraries=$(dpkg-deb -f "$work/$package"_*.deb Depends | tr ',' '\n' | sed -nE 's/^ *(lib[^ |]+).*/\1/p')
    local missing=() library
    for library in $libraries; do
        is_installed "$library" || missing+=("$library")
    done
    rm -rf "$work"
    if ((${#missing[@]})); then
        apt_install "${missing[@]}"
    fi
    touch "$folder/.complete"
}

add_users() {
    local user
    for user in "${unpacked_users[@]}"; do
        getent passwd "$user" >/dev/null && continue
        ((EUID == 0)) || die "adding the system user $user needs root: run 'sudo $lab_home/lab install'"
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
    done
}
