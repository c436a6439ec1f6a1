# What the lab serves: each domain with its servers. lib/world.sh explains the words; domains.md says what
# mailgrade must make of them. A new domain is one paragraph here and one row there.

tls_rpt='_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@rpt-mailto.test"'

# --- TLS versions, and the three mail servers ---
domain modern.test;             host mx postfix
domain tls13-only.test;         host mx postfix tls=1.3
domain tls12-only.test;         host mx postfix tls=1.2
domain tls-old.test;            host mx postfix tls=old
domain tls-all.test;            host mx postfix tls=all
domain tls-null.test;           host mx postfix ciphers=null
domain tls-listed.test;         host mx postfix ciphers=listed
domain tls-static.test;         host mx postfix tls=1.2 ciphers=static cert=rsa
domain tls-dh1536.test;         host mx postfix dh=1536 cert=rsa
domain no-starttls.test;        host mx postfix tls=none
domain exim.test;               host mx exim
domain opensmtpd.test;          host mx opensmtpd
domain several-servers.test;    host mx1 postfix;  host mx2 exim mx=20;  host mx3 faulty server mx=20
domain worst-of-three.test;     host mx1 postfix;  host mx2 postfix cert=wrong-name;  host mx3 postfix cert=self-signed
domain two-addresses.test;      host mx postfix;  host mx postfix tls=none

# --- What nobody should speak any more ---
domain obsolete.test;           host mx faulty obsolete cert=rsa
domain obsolete-ssl3.test;      host mx faulty obsolete-ssl-3
domain obsolete-rc4.test;       host mx faulty obsolete-rc-4 cert=rsa
domain obsolete-only.test;      host mx faulty obsolete-only cert=rsa
domain obsolete-3des.test;      host mx faulty obsolete-3-des cert=rsa
domain obsolete-null.test;      host mx faulty obsolete-null cert=rsa
domain obsolete-export.test;    host mx faulty first-reply-export
domain obsolete-des.test;       host mx faulty first-reply-des
domain obsolete-ssl2.test;      host mx faulty first-reply-ssl-2

# Far away: what listens at mx is a relay of tools/bench, in front of real.
domain far-modern.test;         host mx nothing;  host real postfix mx=none cert-of=mx.far-modern.test name=mx.far-modern.test
domain far-all.test;            host mx nothing;  host real postfix mx=none tls=all cert-of=mx.far-all.test name=mx.far-all.test

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
domain shuffled-chain.test;     host mx postfix cert=shuffled
domain extra-certificate.test;  host mx postfix cert=extra
domain leaf-is-ca.test;         host mx postfix cert=leaf-ca
domain no-signing.test;         host mx postfix cert=no-signing
domain must-staple.test;        host mx postfix cert=must-staple
domain long-lived.test;         host mx postfix cert=long-lived
domain stapled.test;            host mx exim cert=stapled
domain dual-expired.test;       host mx postfix cert=dual-expired

# --- Relaying ---
domain relay-550.test;          host mx postfix relay=550
domain open-relay.test;         host mx postfix relay=open
domain forged-relay.test;       host mx postfix relay=forged
domain one-open-relay.test;     host mx1 postfix;  host mx2 postfix relay=open
domain relay-detour.test;       host mx faulty relay-detour
domain accept-all.test;         host mx postfix rcpt=any
domain greylisting.test;        host mx faulty greylisting
domain tls-required.test;       host mx faulty tls-required
domain sender-rejected.test;    host mx faulty sender-rejected
domain rcpt-closes.test;        host mx faulty rcpt-closes
domain mail-closes.test;        host mx faulty mail-closes
domain rcpt-421.test;           host mx faulty rcpt-421
domain rcpt-words.test;         host mx faulty rcpt-words
domain rcpt-252.test;           host mx faulty rcpt-252
domain rcpt-260.test;           host mx faulty rcpt-260
domain rcpt-571.test;           host mx faulty rcpt-571
domain accepts-and-closes.test; host mx faulty accepts-and-closes
domain refuses-and-closes.test; host mx faulty refuses-and-closes
domain plaintext-relay.test;    host mx faulty relays-in-plaintext
domain pipelining-closes.test;  host mx faulty pipelining-closes

# --- Replies that no command asked for; all of these refuse every stranger ---
domain stray-reply.test;        host mx faulty stray-reply
domain stray-inside.test;       host mx faulty stray-reply-inside
domain stray-late.test;         host mx faulty stray-reply-late
domain mail-twice.test;         host mx faulty mail-twice
domain mail-twice-slowly.test;  host mx faulty mail-twice-slowly
domain greets-inside.test;      host mx faulty greets-inside
domain greets-inside-late.test; host mx faulty greets-inside-late
domain keep-alive.test;         host mx faulty keep-alive
domain replies-ahead.test;      host mx faulty replies-ahead

# --- TLS that begins and leads nowhere ---
domain inside-421.test;         host mx faulty inside-421
domain inside-550.test;         host mx faulty inside-550
domain inside-close.test;       host mx faulty inside-close
domain inside-alert.test;       host mx faulty inside-alert
domain inside-helo.test;        host mx faulty inside-helo-only
domain client-certificate.test; host mx postfix ccert=required
domain one-inside-421.test;     host mx1 postfix;  host mx2 faulty inside-421 mx=20
domain one-inside-550.test;     host mx1 postfix;  host mx2 faulty inside-550 mx=20
domain one-inside-close.test;   host mx1 postfix;  host mx2 faulty inside-close mx=20
domain one-client-certificate.test; host mx1 postfix;  host mx2 postfix ccert=required mx=20

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
domain ipv6-silent.test;        host mx postfix;  host mx faulty blackhole family=6
domain no-route.test;           host mx elsewhere family=6
domain one-host-no-route.test;  host mx1 postfix;  host mx2 elsewhere family=6 mx=20
domain dual-no-route.test;      host mx postfix;  host mx elsewhere family=6
domain dane-dual-no-route.test; host mx postfix tlsa=311;  host mx elsewhere family=6

# --- Hosts that are not there, or will not talk ---
domain one-address-dead.test;   host mx postfix;  host mx nothing
domain one-address-slow.test;   host mx postfix;  host mx faulty silent-greeting
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
domain greeting-471.test;       host mx faulty greeting-471
domain greeting-591.test;       host mx faulty greeting-591
domain greeting-250.test;       host mx faulty greeting-250
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
domain ehlo-code-changes.test;  host mx faulty changing-code
domain one-endless-reply.test;  host mx1 postfix;  host mx2 faulty endless-reply mx=20
domain one-endless-line.test;   host mx1 postfix;  host mx2 faulty endless-line mx=20
domain many-keywords.test;      host mx faulty many-keywords
domain long-keyword.test;       host mx faulty long-keyword
domain masked-starttls.test;    host mx faulty masked-starttls
domain starttls-parameters.test; host mx faulty starttls-parameters
domain starttls-454.test;       host mx faulty starttls-454
domain starttls-454-once.test;  host mx faulty starttls-454-once
domain starttls-sometimes.test; host mx faulty starttls-sometimes
domain starttls-250.test;       host mx faulty starttls-250
domain starttls-354.test;       host mx faulty starttls-354
domain starttls-421.test;       host mx faulty starttls-421
domain starttls-502.test;       host mx faulty starttls-502
domain starttls-close.test;     host mx faulty starttls-close
domain handshake-close.test;    host mx faulty handshake-close
domain handshake-stalls.test;   host mx faulty handshake-stalls
domain handshake-stalls-later.test; host mx faulty handshake-stalls-later
domain one-handshake-stalls.test; host mx1 postfix;  host mx2 faulty handshake-stalls mx=20
domain handshake-garbage.test;  host mx faulty handshake-garbage
domain handshake-alert.test;    host mx faulty handshake-alert
domain plaintext-injected.test; host mx faulty plaintext-injected
domain command-injected.test;   host mx faulty command-injected
domain command-answered.test;   host mx faulty command-answered
domain starttls-accepted.test;  host mx faulty starttls-accepted
domain keyword-lost.test;       host mx faulty keyword-lost
domain auth-before-tls.test;    host mx faulty auth-before-tls
domain renegotiates.test;       host mx faulty renegotiates
domain asks-certificate.test;   host mx postfix ccert=ask
domain certificate-places.test; host mx postfix cert=places
domain no-master-secret.test;   host mx faulty no-master-secret
domain needs-server-name.test;  host mx faulty needs-server-name
domain refuses-server-name.test; host mx faulty refuses-server-name
domain older-preferred.test;    host mx faulty prefers-older
domain starttls-twice.test;     host mx faulty starttls-twice

# --- MX records ---
domain caa.test;                host mx postfix;  host mx postfix family=6;  record '@ CAA 0 issue "lab-ca.test"'
domain caa-report.test;         host mx postfix;  record '@ CAA 0 issue "lab-ca.test"';  record 'mx CAA 0 iodef "mailto:caa@caa.test"'
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
domain private-beside.test;     host mx postfix;  record "mx A 10.1.2.3"
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

# --- MTA-STS: record and policy (expected grades from here on: domains-authentication.md) ---
domain sts.test;                  host mx postfix;  sts enforce;  record "$tls_rpt";  record "below MX 10 mx"
domain sts-several.test;          host mx1 postfix;  host mx2 postfix mx=20;  sts enforce mx=*.sts-several.test
domain sts-unsigned.test dnssec=unsigned;  host mx postfix;  sts enforce
domain sts-no-tls-rpt.test;       host mx postfix;  sts enforce
domain sts-lf.test;               host mx postfix;  sts enforce ends=lf
domain sts-delegated.test;        host mx postfix;  sts enforce txt=none alias=provider.sts-delegated.test
record "provider A $nginx_address";  record "_mta-sts CNAME policy";  record 'policy TXT "v=STSv1; id=2026"'
domain sts-strings.test;          host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STS" "v1; id=20" "26"'
domain sts-testing.test;          host mx postfix;  sts testing
domain sts-testing-fails.test;    host mx postfix cert=wrong-name;  sts testing
domain sts-none.test;             host mx postfix;  sts none
domain sts-no-record.test;        host mx postfix;  sts enforce txt=none
domain sts-no-host.test;          host mx postfix;  record '_mta-sts TXT "v=STSv1; id=2026"'
domain sts-two-records.test;      host mx postfix;  sts enforce;  record '_mta-sts TXT "v=STSv1; id=2025"'
domain sts-no-id.test;            host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1; ttl=5"'
domain sts-bad-id.test;           host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1; id=2026-01-01"'
domain sts-junk.test;             host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1; id=2026; junk"'
domain sts-blank.test;            host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1 ; id=2026"'
domain sts-blank-beside.test;     host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1 ; id=2026"'
record '_mta-sts TXT "v=spf1 -all"'
domain sts-quotes.test;           host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "\"v=STSv1; id=2026\""'
domain sts-empty-line.test;       host mx postfix;  sts enforce line=
domain sts-empty-between.test;    host mx postfix;  sts enforce line= "line=contact: postmaster" ends=lf
domain sts-malformed.test;        host mx postfix;  sts enforce without=mode
domain sts-mode-case.test;        host mx postfix;  sts Enforce
domain sts-policy-junk.test;      host mx postfix;  sts enforce line=junk
domain sts-trailing-dot.test;     host mx postfix;  sts enforce mx=mx.sts-trailing-dot.test.
domain sts-short.test;            host mx postfix;  sts enforce max-age=3600
domain sts-too-long.test;         host mx postfix;  sts enforce max-age=31557601
domain sts-unknown-field.test;    host mx postfix;  sts enforce "line=contact: postmaster"
domain sts-repeated-field.test;   host mx postfix;  sts enforce "line=mode: none"

# --- MTA-STS: the policy host ---
domain sts-expired.test;          host mx postfix;  sts enforce cert=expired
domain sts-wrong-name.test;       host mx postfix;  sts enforce cert=wrong-name
domain sts-common-name.test;      host mx postfix;  sts enforce cert=cn-only
domain sts-self-signed.test;      host mx postfix;  sts enforce cert=self-signed
domain sts-incomplete.test;       host mx postfix;  sts enforce cert=incomplete
domain sts-redirect.test;         host mx postfix;  sts enforce serve=redirect
domain sts-404.test;              host mx postfix;  sts enforce serve=404
domain sts-500.test;              host mx postfix;  sts enforce serve=500
domain sts-html.test;             host mx postfix;  sts enforce serve=html
domain sts-charset.test;          host mx postfix;  sts enforce serve=charset
domain sts-oversized.test;        host mx postfix;  sts enforce serve=oversized
domain sts-old-tls.test;          host mx postfix;  sts enforce serve=old-tls
domain sts-dead.test;             host mx postfix;  sts enforce serve=nothing
domain sts-slow.test;             host mx postfix;  sts enforce serve=slow
domain sts-silent.test;           host mx postfix;  sts enforce serve=silent
domain sts-plain.test;            host mx postfix;  sts enforce serve=plain
domain sts-hang-up.test;          host mx postfix;  sts enforce serve=hang-up
domain sts-gzip.test;             host mx postfix;  sts enforce serve=gzip
domain sts-short-body.test;       host mx postfix;  sts enforce serve=short
domain sts-cut-chunk.test;        host mx postfix;  sts enforce serve=cut-chunk
domain sts-unannounced.test;      host mx postfix;  sts enforce serve=unannounced-end
domain sts-http2.test;            host mx postfix;  sts enforce serve=other-http

# --- MTA-STS: mail that is lost ---
domain sts-no-match.test;         host mx postfix;  sts enforce mx=mail.sts-no-match.test
domain sts-misses-one.test;       host mx1 postfix;  host mx2 postfix mx=20;  sts enforce mx=mx1.sts-misses-one.test
domain sts-unused.test;           host mx postfix;  sts enforce mx=mx.sts-unused.test mx=*.elsewhere.test
domain sts-two-labels.test;       host a.mx postfix;  sts enforce mx=*.sts-two-labels.test
domain sts-mx-wrong-name.test;    host mx postfix cert=wrong-name;  sts enforce
domain sts-mx-domain-name.test;   host mx postfix cert=domain-name;  sts enforce
domain sts-mx-self-signed.test;   host mx postfix cert=self-signed;  sts enforce
domain sts-mx-expired.test;       host mx postfix cert=expired;  sts enforce
domain sts-mx-no-starttls.test;   host mx postfix tls=none;  sts enforce
domain sts-one-wrong-name.test;   host mx1 postfix;  host mx2 postfix mx=20 cert=wrong-name;  sts enforce
domain sts-one-self-signed.test;  host mx1 postfix;  host mx2 postfix mx=20 cert=self-signed;  sts enforce
domain sts-one-no-starttls.test;  host mx1 postfix;  host mx2 postfix mx=20 tls=none;  sts enforce

# --- TLS-RPT ---
domain rpt-mailto.test;           host mx postfix;  record "$tls_rpt"
domain rpt-https.test;            host mx postfix;  record "reports A $nginx_address"
record '_smtp._tls TXT "v=TLSRPTv1; rua=https://reports.rpt-https.test/v1"'
domain rpt-no-rua.test;           host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; ruf=mailto:tls@rpt-mailto.test"'
domain rpt-http.test;             host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; rua=http://rpt-https.test/v1"'
domain rpt-exclamation.test;      host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@rpt-mailto.test!10m"'
domain rpt-two.test;              host mx postfix;  record "$tls_rpt"
record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:more@rpt-mailto.test"'
domain rpt-repeated.test;         host mx postfix
record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@rpt-mailto.test; rua=mailto:more@rpt-mailto.test"'
domain rpt-nowhere.test;          host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@no-mx.test"'
domain rpt-null-mx.test;          host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@null-mx.test"'
domain rpt-blank.test;            host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1 ;rua=mailto:tls@rpt-mailto.test"'
domain rpt-quotes.test;           host mx postfix;  record '_smtp._tls TXT "\"v=TLSRPTv1; rua=mailto:a@rpt-mailto.test\""'
domain rpt-slashes.test;          host mx postfix;  record '_smtp._tls TXT "v=TLSRPTv1; rua=mailto://a@rpt-mailto.test"'
domain rpt-wildcard.test;         host mx postfix;  record '* TXT "v=spf1 -all"'

# --- DANE that works ---
domain dane.test;                 host mx postfix tlsa=311
domain dane-several.test;         host mx1 postfix tlsa=311;  host mx2 postfix mx=20 tlsa=311
domain dane-elsewhere.test;       record "@ MX 10 mx.dane.test."
domain dane-implicit-mx.test;     host @ postfix mx=none tlsa=311
domain dane-tls12.test;           host mx postfix tls=1.2 tlsa=311
domain dane-301.test;             host mx postfix tlsa=301
domain dane-312.test;             host mx postfix tlsa=312
domain dane-310.test;             host mx postfix tlsa=310
domain dane-300.test;             host mx postfix tlsa=300
domain dane-self-signed.test;     host mx postfix cert=self-signed tlsa=311
domain dane-expired.test;         host mx postfix cert=expired tlsa=311
domain dane-future.test;          host mx postfix cert=future tlsa=311
domain dane-wrong-name.test;      host mx postfix cert=wrong-name tlsa=311
domain dane-incomplete.test;      host mx postfix cert=incomplete tlsa=311
domain dane-private-ca.test;      host mx postfix cert=private-ca tlsa=311
domain dane-rollover.test;        host mx postfix tlsa=311 tlsa=311:wrong
domain dane-rollover-ca.test;     host mx postfix tlsa=311 tlsa=211
domain dane-agile.test;           host mx postfix tlsa=311:wrong tlsa=312
domain dane-some-unusable.test;   host mx postfix tlsa=311 tlsa=319 tlsa=111:wrong
domain dane-stale-pair.test;      host mx postfix tlsa=311 tlsa=301:wrong
domain dane-cname.test;           host mx postfix tlsa=311 tlsa-at=keys;  record "_25._tcp.mx CNAME keys"
domain dane-own-zone.test;        host mx postfix tlsa=311 tlsa-zone=signed
domain dane-nsec3.test dnssec=nsec3;  host mx postfix tlsa=311
domain dane-dual.test;            host mx postfix cert=dual tlsa=311 tlsa=311:rsa
domain dane-ipv6.test;            host mx postfix family=6 tlsa=311
domain dane-dual-stack.test;      host mx postfix tlsa=311;  host mx postfix family=6
domain dane-sts.test;             host mx postfix tlsa=311;  sts enforce;  record "$tls_rpt"

# --- DANE by a trust anchor ---
domain ta-201.test;               host mx postfix tlsa=201
domain ta-211.test;               host mx postfix tlsa=211
domain ta-200.test;               host mx postfix tlsa=200
domain ta-root.test;              host mx postfix cert=with-root tlsa=201:root
domain ta-root-unsent.test;       host mx postfix tlsa=201:root
domain ta-root-in-full.test;      host mx postfix tlsa=200:root
domain ta-bare-key.test;          host mx postfix tlsa=210:root
domain ta-private-ca.test;        host mx postfix cert=private-ca tlsa=201
domain ta-domain-name.test;       host mx postfix cert=domain-name tlsa=201
domain ta-common-name.test;       host mx postfix cert=cn-only tlsa=201
domain ta-incomplete.test;        host mx postfix cert=incomplete tlsa=201
domain ta-wrong-name.test;        host mx postfix cert=wrong-name tlsa=201
domain ta-expired.test;           host mx postfix cert=expired tlsa=201
domain ta-sha1.test;              host mx postfix cert=sha1 tlsa=201
domain ta-by-expired.test;        host mx postfix cert=by-expired tlsa=201
domain ta-by-expired-key.test;    host mx postfix cert=by-expired tlsa=211
domain ta-by-expired-full.test;   host mx postfix cert=by-expired tlsa=200
domain ta-by-old-private.test;    host mx postfix cert=by-old-private tlsa=201
domain ta-by-old-full.test;       host mx postfix cert=by-old-private tlsa=200
domain ta-own-key.test;           host mx postfix tlsa=211:leaf

# --- DANE that does not bind: what senders make of nothing usable ---
domain usage-0.test;              host mx postfix tlsa=011
domain usage-1.test;              host mx postfix tlsa=111
domain usage-1-self-signed.test;  host mx postfix cert=self-signed tlsa=111
domain usage-1-no-starttls.test;  host mx1 postfix;  host mx2 postfix mx=20 tls=none tlsa=111
domain tlsa-short.test;           host mx postfix tlsa=311:short
domain tlsa-type-9.test;          host mx postfix tlsa=319
domain tlsa-unsigned.test dnssec=unsigned;  host mx postfix tlsa=311
domain tlsa-zone-unsigned.test;   host mx postfix tlsa=311 tlsa-zone=unsigned
domain tlsa-zone-ed448.test;      host mx postfix tlsa=311 tlsa-zone=ed448
domain half-dane.test dnssec=unsigned;  record "@ MX 10 mx.dane.test."
domain dane-at-domain.test;       host mx postfix tlsa=311 tlsa-at=_25._tcp
domain dane-one-of-two.test;      host mx1 postfix tlsa=311;  host mx2 postfix mx=20

# --- DANE that loses mail ---
domain tlsa-wrong.test;           host mx postfix tlsa=311:wrong
domain tlsa-agility.test;         host mx postfix tlsa=311 tlsa=312:wrong
domain tlsa-one-wrong.test;       host mx1 postfix tlsa=311;  host mx2 postfix mx=20 tlsa=311:wrong
domain tlsa-address.test;         host mx postfix tlsa=311;  host mx postfix cert-of=mx.modern.test
domain tlsa-ipv6.test;            host mx postfix tlsa=311;  host mx postfix family=6 cert-of=mx.modern.test
domain tlsa-rsa-missing.test;     host mx postfix cert=dual tlsa=311
domain tlsa-no-starttls.test;     host mx postfix tls=none tlsa=311
domain tlsa-one-no-starttls.test; host mx1 postfix tlsa=311;  host mx2 postfix mx=20 tls=none tlsa=311
domain tlsa-sometimes.test;       host mx faulty starttls-sometimes tlsa=311
domain tlsa-bogus.test;           host mx postfix tlsa=311 tlsa-zone=bogus
domain tlsa-expired.test;         host mx postfix tlsa=311 tlsa-zone=expired
domain tlsa-denial.test;          host mx postfix tlsa-zone=no-denial
domain tlsa-one-denial.test;      host mx1 postfix tlsa=311;  host mx2 postfix mx=20 tlsa-zone=no-denial
domain tlsa-servfail.test;        host mx postfix tlsa-zone=servfail
domain tlsa-dead.test;            host mx postfix tlsa-zone=dead
domain no-denial.test dnssec=no-denial;  host mx postfix tlsa=311
domain half-dane-wrong.test dnssec=unsigned;  record "@ MX 10 mx.tlsa-wrong.test."
domain dane-sts-self-signed.test; host mx postfix cert=self-signed tlsa=311;  sts enforce
domain dane-sts-no-match.test;    host mx postfix tlsa=311;  sts enforce mx=mail.dane-sts-no-match.test
domain sts-tlsa-wrong.test;       host mx postfix tlsa=311:wrong;  sts enforce

# --- DANE where the MX record names an alias ---
domain alias-target.test;         host real postfix alias=mx tlsa=311
domain alias-original.test;       host real postfix alias=mx tlsa=311 tlsa-at=_25._tcp.mx
domain alias-both.test;           host real postfix alias=mx tlsa=311:wrong
tlsa _25._tcp.mx real.alias-both.test 311
domain alias-unsigned.test;       record "@ MX 10 mx";  record "mx CNAME mx.unsigned.test."
tlsa _25._tcp.mx mx.unsigned.test 311

# --- DNSSEC ---
domain rsasha1.test dnssec=rsasha1;     host mx postfix
domain ds-sha1.test dnssec=ds-sha1;     host mx postfix
domain ed448.test dnssec=ed448;         host mx postfix tlsa=311
domain algorithm-99.test dnssec=algorithm-99;  host mx postfix tlsa=311
domain nsec3-iterations.test dnssec=nsec3-iterations;  host mx postfix

# --- Certificates and names of hosts that differ in small things ---
domain cert-twice.test;           host mx postfix cert=twice
domain cert-top-wildcard.test;    host @ postfix cert=top-wildcard
domain cert-by-old-root.test;     host mx postfix cert=by-old-root
domain sts-by-old-root.test;      host mx postfix cert=by-old-root;  sts enforce
domain cert-varies.test;          host mx faulty two-certificates cert=pair-good
domain cert-varies-expired.test;  host mx faulty two-certificates cert=pair-expired
domain dane-varies.test;          host mx faulty two-certificates cert=pair-good tlsa=311
domain dane-varies-both.test;     host mx faulty two-certificates cert=pair-good tlsa=311 tlsa=311:other
domain sts-varies-expired.test;   host mx faulty two-certificates cert=pair-expired;  sts enforce
domain cert-without-name.test;    host mx faulty other-without-name cert=pair-expired
domain dane-name-refused.test;    host mx faulty refuses-server-name tlsa=311
domain dane-name-closes.test;     host mx faulty closes-on-server-name tlsa=311
domain inside-name-refused.test;  host mx faulty inside-refuses-server-name
domain dane-inside-name.test;     host mx faulty inside-refuses-server-name tlsa=311
domain sts-name-closes.test;      host mx faulty closes-on-server-name;  sts enforce
domain cert-by-turns.test;        host mx faulty two-certificates-by-connection cert=pair-expired
domain dane-by-turns.test;        host mx faulty two-certificates-by-connection cert=pair-good tlsa=311
domain versions-by-turns.test;    host mx faulty two-versions
domain handshake-by-turns.test;   host mx faulty handshake-closes-by-turns
domain starttls-by-turns.test;    host mx faulty refuses-starttls-by-turns
domain inside-by-turns.test;      host mx faulty refuses-inside-by-turns
domain alert-by-turns.test;       host mx faulty handshake-alert-by-turns
domain ehlo-by-turns.test;        host mx faulty refuses-ehlo-by-turns
domain mx-underscore.test;        host mx_1 postfix
domain mx-missing-dot.test;       record "@ MX 10 mx.mx-missing-dot.test"

# --- Not in a table: these servers remember who came before, so one test alone asks them ---
domain throttle-three.test;     host mx faulty throttle-three

# --- Not in a table: remedies are tried on them (remedy, LabTests/RemedyLabTests.swift), which starts the servers itself ---
domain fix-postfix-plain.test;        host mx nothing
domain fix-postfix-old.test;          host mx nothing
domain fix-postfix-all.test;          host mx nothing
domain fix-postfix-null.test;         host mx nothing
domain fix-postfix-static.test;       host mx nothing cert=rsa
domain fix-postfix-relay.test;        host mx nothing family=6
domain fix-postfix-incomplete.test;   host mx nothing
domain fix-postfix-expired.test;      host mx nothing
domain fix-postfix-self-signed.test;  host mx nothing
domain fix-postfix-wrong-name.test;   host mx nothing
domain fix-postfix-greeting.test;     host mx nothing
domain fix-exim-plain.test;           host mx nothing
domain fix-exim-all.test;             host mx nothing
domain fix-exim-static.test;          host mx nothing cert=rsa
domain fix-exim-relay.test;           host mx nothing family=6
domain fix-exim-incomplete.test;      host mx nothing
domain fix-exim-self-signed.test;     host mx nothing
domain fix-exim-greeting.test;        host mx nothing
domain fix-exim-auth.test;            host mx nothing
domain fix-exim-sni.test;             host mx nothing
domain fix-opensmtpd-plain.test;      host mx nothing
domain fix-opensmtpd-greeting.test;   host mx nothing
domain fix-records.test;              host mx postfix cert=dual ptr=missing;  sts none txt=none
domain fix-tlsa-wrong.test;           host mx postfix tlsa=311:wrong
domain fix-tlsa-private.test;         host mx postfix cert=incomplete tlsa=211:private
domain fix-sts-loses.test;            host mx postfix cert=self-signed;  sts enforce
domain fix-sts-short.test;            host mx postfix;  sts enforce max-age=3600
domain fix-sts-bad-id.test;           host mx postfix;  sts enforce txt=none;  record '_mta-sts TXT "v=STSv1; id=2026-01-01"'
