# Postfix: one instance for all its hosts, one line of master.cf per address. Nothing is ever delivered: there is no
# queue manager.
#
# WORDs: tls=modern (1.2 and 1.3, the default), tls=1.3, tls=1.2, tls=old (1.0 and 1.1), tls=all, tls=none (no
#   STARTTLS);
#   ciphers=null (NULL beside the others), ciphers=static (no forward secrecy up to TLS 1.2), dh=1536 (a prime so short);
#   ccert=ask (asks for a client certificate), ccert=required (takes mail inside TLS only, and from nobody without one);
#   relay=stock (454 Relay access denied, the default), relay=550, relay=open, relay=forged (open to senders who claim
#   to be local);
#   rcpt=any (accepts every local part of its own domain), name=NAME (what it calls itself);
#   cert-of=HOST (shows the certificate of another host).

start_postfix() {
    local queue=$LAB/postfix/queue
    mkdir -p "$LAB/postfix/etc" "$queue/pid"
    # What `postfix check` would make; it takes two seconds for it.
    install -d -o postfix "$LAB/postfix/data" \
        "$queue"/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace}
    install -d -o postfix -g postdrop -m 730 "$queue/maildrop"
    install -d -o postfix -g postdrop -m 710 "$queue/public"
    local protocols=all
    [[ $LAB_NETWORK == namespace ]] || protocols=ipv4
    sed -e "s|@LAB@|$LAB|g" -e "s|@PROTOCOLS@|$protocols|" -e "s|@DOMAINS@|$(each_server postfix server_domain)|" \
        "$lab_home/templates/main.cf" >"$LAB/postfix/etc/main.cf"
    {
        cat "$lab_home/templates/master.cf"
        each_server postfix postfix_line
    } >"$LAB/postfix/etc/master.cf"
    start_server postfix /usr/lib/postfix/sbin/master -c "$LAB/postfix/etc" -s
}

postfix_line() {
    local address=$1 name=$2 domain=$3 certificate=$2 word
    local options=()
    [[ $address != *:* ]] || address="[$address]"
    for word in "${@:4}"; do
        case $word in
            tls=modern) ;;
            tls=1.3) options+=("smtpd_tls_protocols=>=TLSv1.3") ;;
            tls=1.2) options+=("smtpd_tls_protocols=TLSv1.2") ;;
            tls=old) options+=("smtpd_tls_protocols=TLSv1, TLSv1.1") ;;
            tls=all) options+=("smtpd_tls_protocols=>=TLSv1") ;;
            tls=none) options+=("smtpd_tls_security_level=none") ;;
            ciphers=null)
                options+=("smtpd_tls_ciphers=null" "tls_null_cipherlist=ALL:eNULL:@SECLEVEL=0" "tls_preempt_cipherlist=no")
                ;;
            ciphers=listed)
                options+=("smtpd_tls_ciphers=high" "tls_high_cipherlist=ECDHE+AESGCM:ECDHE+CHACHA20")
                options+=("tls_eecdh_auto_curves=X25519 prime256v1 secp384r1")
                ;;
            ciphers=static) options+=("smtpd_tls_exclude_ciphers=kEECDH, kEDH, aNULL") ;;
            ccert=ask) options+=("smtpd_tls_ask_ccert=yes" "smtpd_tls_CAfile=$LAB/pki/root.crt") ;;
            ccert=required)
                options+=("smtpd_tls_security_level=encrypt" "smtpd_tls_req_ccert=yes" "smtpd_tls_CAfile=$LAB/pki/root.crt")
                ;;
            dh=1536)
                options+=("smtpd_tls_dh1024_param_file=$LAB/pki/dh1536.pem")
                [[ -e $LAB/pki/dh1536.pem ]] || openssl genpkey -genparam -algorithm DH -pkeyopt group:modp_1536 2>/dev/null |
                    openssl dhparam -outform PEM -out "$LAB/pki/dh1536.pem" 2>/dev/null
                ;;
            relay=stock) ;;
            relay=550) options+=("smtpd_relay_restrictions=reject_unauth_destination" "relay_domains_reject_code=550") ;;
            relay=open) options+=("mynetworks=0.0.0.0/0, [::]/0") ;;
            relay=forged)
                options+=("smtpd_relay_restrictions=check_sender_access inline:{$domain=OK, $name=OK}, reject_unauth_destination")
                ;;
            rcpt=any) options+=("local_recipient_maps=") ;;
            name=*) name=${word#name=} ;;
            cert-of=*) certificate=${word#cert-of=} ;;
            *) die "domains.sh: postfix does not know $word" ;;
        esac
    done
    printf '%s:25 inet n - n - - smtpd\n' "$address"
    printf '    -o { %s }\n' "myhostname=$name" "smtpd_tls_chain_files=$LAB/pki/$certificate.pem" "${options[@]}"
}
