# What the lab serves: each domain with its servers. lib/world.sh explains the words; domains.md says what
# mailgrade must make of them. A new domain is one paragraph here and one row there.

# --- TLS versions, and the three mail servers ---
domain modern.test;             host mx postfix
domain tls13-only.test;         host mx postfix tls=1.3
domain tls12-only.test;         host mx postfix tls=1.2
domain tls-old.test;            host mx postfix tls=old
domain tls-all.test;            host mx postfix tls=all
domain no-starttls.test;        host mx postfix tls=none
domain exim.test;               host mx exim
domain opensmtpd.test;          host mx opensmtpd
domain several-servers.test;    host mx1 postfix;  host mx2 exim mx=20;  host mx3 faulty server mx=20
domain worst-of-three.test;     host mx1 postfix;  host mx2 postfix cert=wrong-name;  host mx3 postfix cert=self-signed
domain two-addresses.test;      host mx postfix;  host mx postfix tls=none

# --- Certificates ---
domain rsa.test;                host mx postfix cert=rsa
domain expires-soon.test;       host mx postfix cert=soon
domain expired.test;            host mx postfix cert=expired
domain not-yet-valid.test;      host mx postfix cert=future
domain wrong-name.test;         host mx postfix cert=wrong-name
domain domain-name.test;        host mx postfix cert=domain-name
domain common-name-only.test;   host mx postfix cert=cn-only
domain incomplete-chain.test;   host mx postfix cert=incomplete
domain self-signed.test;        host mx postfix cert=self-signed
domain private-ca.test;         host mx postfix cert=private-ca
domain weak-key.test;           host mx postfix cert=weak-key
domain sha1.test;               host mx postfix cert=sha1

# --- Relaying ---
domain relay-550.test;          host mx postfix relay=550
domain open-relay.test;         host mx postfix relay=open
domain forged-relay.test;       host mx postfix relay=forged
domain one-open-relay.test;     host mx1 postfix;  host mx2 postfix relay=open
domain accept-all.test;         host mx postfix rcpt=any
domain greylisting.test;        host mx faulty greylisting
domain tls-required.test;       host mx faulty tls-required
domain sender-rejected.test;    host mx faulty sender-rejected

# --- PTR ---
domain ptr-missing.test;        host mx postfix ptr=missing
domain ptr-unconfirmed.test;    host mx postfix ptr=unconfirmed
domain ptr-alias.test;          host mx postfix ptr=alias
domain ptr-delegated.test;      host mx postfix ptr=delegated
domain ptr-servfail.test;       host mx postfix ptr=servfail

# --- IPv6 ---
domain dual-stack.test;         host mx postfix;  host mx postfix family=6
domain ipv6-only.test;          host mx postfix family=6
domain ipv6-ptr-missing.test;   host mx postfix;  host mx postfix family=6 ptr=missing
domain ipv6-dead.test;          host mx postfix;  host mx nothing family=6

# --- Hosts that are not there, or will not talk ---
domain one-address-dead.test;   host mx postfix;  host mx nothing
domain one-host-dead.test;      host mx1 postfix;  host mx2 nothing mx=20
domain one-host-silent.test;    host mx1 postfix;  host mx2 faulty silent-greeting mx=20
domain one-host-blackhole.test; host mx1 postfix;  host mx2 faulty blackhole mx=20
domain one-host-resets.test;    host mx1 postfix;  host mx2 faulty reset mx=20
domain one-no-starttls.test;    host mx1 postfix;  host mx2 postfix tls=none mx=20
domain one-421.test;            host mx1 postfix;  host mx2 faulty greeting-421 mx=20
domain one-450.test;            host mx1 postfix;  host mx2 faulty greeting-450 mx=20
domain one-521.test;            host mx1 postfix;  host mx2 faulty greeting-521 mx=20
domain one-554.test;            host mx1 postfix;  host mx2 faulty greeting-554 mx=20
domain all-dead.test;           host mx1 nothing;  host mx2 nothing mx=20
domain refuses-us.test;         host mx faulty greeting-554
domain silent.test;             host mx faulty silent-greeting
domain tarpit.test;             host mx faulty tarpit

# --- Conversations that go wrong ---
domain late-greeting.test;      host mx faulty late-greeting
domain busy-once.test;          host mx faulty greeting-421-once
domain throttle.test;           host mx faulty throttle
domain greeting-name.test;      host mx faulty greeting-name
domain long-line.test;          host mx faulty long-line
domain hostile-banner.test;     host mx faulty hostile-banner
domain ehlo-rejected.test;      host mx faulty ehlo-rejected
domain one-endless-reply.test;  host mx1 postfix;  host mx2 faulty endless-reply mx=20
domain one-endless-line.test;   host mx1 postfix;  host mx2 faulty endless-line mx=20
domain masked-starttls.test;    host mx faulty masked-starttls
domain starttls-parameters.test; host mx faulty starttls-parameters
domain starttls-454.test;       host mx faulty starttls-454
domain starttls-454-once.test;  host mx faulty starttls-454-once
domain starttls-502.test;       host mx faulty starttls-502
domain starttls-close.test;     host mx faulty starttls-close
domain handshake-close.test;    host mx faulty handshake-close
domain handshake-garbage.test;  host mx faulty handshake-garbage
domain handshake-alert.test;    host mx faulty handshake-alert
domain plaintext-injected.test; host mx faulty plaintext-injected
domain starttls-twice.test;     host mx faulty starttls-twice

# --- MX records ---
domain null-mx.test;            record "@ MX 0 .";  record "@ A 127.25.0.80"
domain null-mx-alone.test;      record "@ MX 0 ."
domain null-mx-preference.test; record "@ MX 10 .";  record "@ A 127.25.0.80"
domain null-mx-conflict.test;   host mx postfix;  record "@ MX 0 ."
domain implicit-mx.test;        host @ postfix mx=none
domain mx-alias.test;           host real postfix alias=mx
domain mx-alias-dead.test;      record "@ MX 10 mx";  record "mx CNAME nowhere"
domain mx-literal.test;         record "@ MX 10 127.25.1.11."
domain one-mx-literal.test;     host mx postfix;  record "@ MX 20 127.25.1.11."
domain mx-private.test;         record "@ MX 10 mx";  record "mx A 10.1.2.3"
domain one-mx-private.test;     host mx1 postfix;  record "@ MX 20 mx2";  record "mx2 A 10.1.2.3"
domain mx-without-address.test; record "@ MX 10 mx";  record "mx TXT nothing"
domain duplicate-mx.test;       host mx postfix;  record "@ MX 20 mx"
domain no-mx.test;              record "@ TXT nothing"
domain xn--bcher-kva.test;      host mx postfix

# --- DNS and DNSSEC ---
domain unsigned.test dnssec=unsigned;   host mx postfix
domain bogus.test dnssec=bogus;         host mx postfix
domain expired-signature.test dnssec=expired;  host mx postfix
domain servfail.test dnssec=servfail
domain dead-dns.test dnssec=dead
domain one-mx-bogus.test;       host mx1 postfix;  record "@ MX 20 mx.bogus.test."
domain one-mx-servfail.test;    host mx1 postfix;  record "@ MX 20 mx.servfail.test."
