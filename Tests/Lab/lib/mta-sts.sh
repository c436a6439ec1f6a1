# MTA-STS: `sts MODE [WORD…]` publishes the record of a domain and serves its policy over HTTPS. All policy hosts are one
# nginx at one address, which tells them apart by SNI and has no certificate for who names none of them.
#
# WORDs of the record:
#   txt=none (there is none; `record` can publish any other)
# of the policy, whose MODE is written as given:
#   mx=PATTERN (instead of the domain's MX hosts; several), max-age=SECONDS, without=FIELD, line=TEXT (one more line),
#   ends=lf (instead of CRLF)
# of the policy host:
#   cert=KIND (pki.sh; otherwise one good certificate for all policy hosts), alias=NAME (mta-sts is a CNAME of NAME)
#   serve=good, redirect, 404, 500, html (its media type), charset (its media type, with a parameter), oversized, gzip
#   (compressed, asked or not), old-tls (TLS 1.1), nothing (nobody listens), or a class in faulty/https.py without its last
#   word: slow, silent, plain, hang-up, short (fewer octets than promised), cut-chunk, unannounced-end (TCP closed inside
#   TLS), other-http (HTTP/2 alone); hostile=FAULT is one in faulty/hostile_https.py, likewise.

# The version of TLS goes by address, for nginx settles it before it looks at SNI.
readonly nginx_address=127.25.0.60 old_tls_address=127.25.0.61 dead_https_address=127.25.0.62

declare -A policy_of     # domain → text of its policy
policy_hosts=()          # "HOST DOMAIN SERVE", those of nginx
faulty_policy_servers=() # "ADDRESS HOST DOMAIN FAULT"

sts() {
    local mode=$1 name=mta-sts.$current_domain address=$nginx_address type=A
    local txt=yes patterns=() max_age=1209600 without=none lines=() ends=$'\r\n' serve=good fault='' alias='' word line
    for word in "${@:2}"; do
        case $word in
            txt=none) txt='' ;;
            mx=*) patterns+=("${word#mx=}") ;;
            max-age=*) max_age=${word#max-age=} ;;
            without=*) without=${word#without=} ;;
            line=*) lines+=("${word#line=}") ;;
            ends=lf) ends=$'\n' ;;
            cert=*) leaf_of["$name"]=${word#cert=} ;;
            alias=*) alias=${word#alias=} ;;
            serve=*) serve=${word#serve=} ;;
            hostile=*) serve=hostile fault=${word#hostile=} ;;
            *) die "domains.sh: sts does not know $word" ;;
        esac
    done
    ((${#patterns[@]})) || mx_patterns
    policy_of[$current_domain]=
    for line in "version: STSv1" "mode: $mode" "${patterns[@]/#/mx: }" "max_age: $max_age" "${lines[@]}"; do
        [[ $line == "$without":* ]] || policy_of[$current_domain]+=$line$ends
    done

    [[ ! $txt ]] || record '_mta-sts TXT "v=STSv1; id=20260101T000000;"'
    case $serve in
        nothing) address=$dead_https_address ;;
        slow | silent | plain | hang-up | short | cut-chunk | unannounced-end | other-http | hostile)
            next_address
            : "${leaf_of[$name]:=good}"
            faulty_policy_servers+=("$address $name $current_domain ${fault:-$serve}-policy")
            ;;
        *)
            [[ $serve != old-tls ]] || address=$old_tls_address
            policy_hosts+=("$name $current_domain $serve")
            ;;
    esac
    if [[ $alias ]]; then record "mta-sts CNAME $alias."; else record "mta-sts $type $address"; fi
    domain_of["$name"]=$current_domain
    [[ ${leaf_of[$name]-} ]] || share_certificate "$name"
}

# Fills the caller's `patterns` with the MX hosts of the domain so far.
mx_patterns() {
    local kind target
    while read -r _ kind _ target; do
        [[ $kind != MX ]] || patterns+=("${target%.}")
    done <<<"${zone_of[$current_domain]}"
}

share_certificate() {
    leaf_of[policy-hosts]=good
    leaf_names_of[policy-hosts]+=${leaf_names_of[policy-hosts]:+,}DNS:$1
}

# Policy hosts need port 443. A lab without a namespace does without them where somebody else has it.
choose_https() {
    LAB_HTTPS=yes
    if [[ $LAB_NETWORK == host && $(ss -Hltn 'sport = :443' | awk '{ print $4 }') =~ (^|$'\n')(0\.0\.0\.0|\*|\[::\]|127\.25\.) ]]; then
        LAB_HTTPS=no
    fi
}

policy_addresses() {
    [[ $LAB_HTTPS == yes ]] || return 0
    local server
    for server in "${faulty_policy_servers[@]}"; do printf '%s:443\n' "${server%% *}"; done
    printf '%s:443\n' "$nginx_address" "$old_tls_address"
}

faulty_policy_hosts() {
    [[ $LAB_HTTPS == no ]] || printf '%s\n' "${faulty_policy_servers[@]}"
}

start_nginx() {
    [[ $LAB_HTTPS == yes ]] || return 0
    local folder=$LAB/nginx domain host
    mkdir -p "$folder/policies"
    for domain in "${!policy_of[@]}"; do printf '%s' "${policy_of[$domain]}" >"$folder/policies/$domain"; done
    {
        sed -e "s|@LAB@|$LAB|g" -e "s|@ADDRESS@|$nginx_address|g" "$lab_home/templates/nginx.conf"
        for host in "${policy_hosts[@]}"; do
            # shellcheck disable=SC2086  # three words
            policy_host $host
        done
        printf '}\n'
    } >"$folder/nginx.conf"
    start_server nginx "$lab_cache/nginx/usr/sbin/nginx" -p "$folder" -e stderr -c "$folder/nginx.conf"
}

policy_host() {
    local host=$1 domain=$2 serve=$3 certificate=policy-hosts file=$LAB/nginx/policies/$2
    local address=$nginx_address media_type=text/plain answer="alias $file;" more=''
    [[ ! ${leaf_of[$host]-} ]] || certificate=$host
    case $serve in
        good) ;;
        # To the very policy: who follows takes it for good.
        redirect) answer="return 301 https://\$host/elsewhere;" more="location = /elsewhere { alias $file; }" ;;
        404 | 500) answer="return $serve;" ;;
        html) media_type=text/html ;;
        charset) media_type='"Text/Plain; charset=utf-8"' ;;
        gzip)
            gzip -f "$file"
            answer="alias $file.gz; add_header Content-Encoding gzip;"
            ;;
        oversized) printf 'padding: %01000d\r\n' {1..70} >>"$file" ;;
        old-tls) address=$old_tls_address more='ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;' ;;
        *) die "domains.sh: sts does not know serve=$serve" ;;
    esac
    cat <<END
    server {
        listen $address:443 ssl;
        server_name $host;
        ssl_certificate $LAB/pki/$certificate.pem;
        ssl_certificate_key $LAB/pki/$certificate.key;
        default_type $media_type;
        location = /.well-known/mta-sts.txt { $answer }
        $more
    }
END
}
