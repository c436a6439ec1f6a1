# What the lab serves besides when MAILGRADE_LAB_HOSTILE=yes: servers, policy hosts and zones that mean harm. domains-hostile.md says
# what mailgrade must make of them, and what it may cost. A new one is one paragraph here and one row there.

# --- SMTP: what does not end ---
domain smtp-endless-line.test;      host mx faulty endless-greeting
domain smtp-endless-lines.test;     host mx faulty endless-greeting-lines
domain smtp-endless-keyword.test;   host mx faulty endless-line
domain smtp-endless-inside.test;    host mx faulty endless-line-inside
domain smtp-100000-lines.test;      host mx faulty hundred-thousand-lines
domain smtp-100000-inside.test;     host mx faulty hundred-thousand-lines-inside
domain smtp-floods-greeting.test;   host mx faulty floods-greeting
domain smtp-floods-before.test;     host mx faulty floods-before-tls
domain smtp-floods-starttls.test;   host mx faulty floods-starttls
domain smtp-floods-inside.test;     host mx faulty floods-inside
domain smtp-floods-quit.test;       host mx faulty floods-quit
domain smtp-one-floods.test;        host mx1 postfix;  host mx2 faulty floods-greeting mx=20

# --- SMTP: octets, slowness, deafness ---
domain smtp-nul.test;               host mx faulty nul-replies
domain smtp-nul-code.test;          host mx faulty nul-code
domain smtp-bare-lf.test;           host mx faulty bare-lf
domain smtp-bare-cr.test;           host mx faulty bare-cr
domain smtp-drips.test;             host mx faulty tarpit
domain smtp-drips-inside.test;      host mx faulty drips-inside
domain smtp-never-reads.test;       host mx faulty never-reads
domain smtp-never-reads-inside.test; host mx faulty never-reads-inside

# --- SMTP: a reset at each step ---
domain smtp-reset-connect.test;     host mx faulty reset
domain smtp-reset-ehlo.test;        host mx faulty resets-at-ehlo
domain smtp-reset-starttls.test;    host mx faulty resets-at-starttls
domain smtp-reset-handshake.test;   host mx faulty resets-at-handshake
domain smtp-reset-inside.test;      host mx faulty resets-inside
domain smtp-reset-mail.test;        host mx faulty resets-at-mail
domain smtp-reset-rcpt.test;        host mx faulty resets-at-rcpt
domain smtp-reset-rset.test;        host mx faulty resets-at-rset
domain smtp-reset-quit.test;        host mx faulty resets-at-quit

# --- TLS: before there are keys ---
domain tls-garbage.test;            host mx faulty endless-garbage
domain tls-oversized.test;          host mx faulty oversized-records
domain tls-empty-records.test;      host mx faulty empty-records
domain tls-alerts.test;             host mx faulty alert-storm
domain tls-ccs.test;                host mx faulty change-cipher-storm
domain tls-hello-requests.test;     host mx faulty hello-request-storm
domain tls-retry-loop.test;         host mx faulty retry-loop
domain tls-malformed-hello.test;    host mx faulty malformed-hello
domain tls-many-extensions.test;    host mx faulty many-extensions
domain tls-drips.test;              host mx faulty drips-handshake
domain tls-16mb.test;               host mx faulty sixteen-megabytes
domain tls-16mb-drips.test;         host mx faulty certificate-without-end

# --- TLS: once there are keys ---
domain tls-tickets.test;            host mx faulty ticket-storm
domain tls-key-updates.test;        host mx faulty key-update-storm
domain tls-alerts-inside.test;      host mx faulty inside-alert-storm
domain tls-empty-inside.test;       host mx faulty inside-empty-storm
domain tls-garbage-inside.test;     host mx faulty inside-garbage
domain tls-requests-inside.test;    host mx faulty inside-hello-request-storm
domain tls-16mb-inside.test;        host mx faulty inside-oversized-message

# --- Certificates ---
domain cert-2000.test;              host mx faulty two-thousand-certificates
domain cert-18000-names.test;       host mx faulty eighteen-thousand-names
domain cert-3000-names.test;        host mx faulty three-thousand-names
domain cert-nul.test;               host mx faulty nul-in-name
domain cert-ansi.test;              host mx faulty ansi-in-name
domain cert-bidi.test;              host mx faulty bidi-in-name
domain cert-marks.test;             host mx faulty endless-marks-in-name
domain cert-malformed.test;         host mx faulty malformed-extensions

# --- HTTPS: policy hosts ---
domain sts-endless-body.test;       host mx postfix;  sts enforce hostile=endless-body
domain sts-endless-header.test;     host mx postfix;  sts enforce hostile=endless-header
domain sts-endless-headers.test;    host mx postfix;  sts enforce hostile=endless-headers
domain sts-endless-chunk.test;      host mx postfix;  sts enforce hostile=endless-chunk
domain sts-huge-chunk.test;         host mx postfix;  sts enforce hostile=huge-chunk
domain sts-drips-body.test;         host mx postfix;  sts enforce serve=slow
domain sts-drips-header.test;       host mx postfix;  sts enforce hostile=drips-header
domain sts-longer.test;             host mx postfix;  sts enforce hostile=longer
domain sts-shorter.test;            host mx postfix;  sts enforce hostile=shorter
domain sts-two-lengths.test;        host mx postfix;  sts enforce hostile=two-lengths
domain sts-negative-length.test;    host mx postfix;  sts enforce hostile=negative-length
domain sts-1xx-flood.test;          host mx postfix;  sts enforce hostile=continue-flood
domain sts-to-loopback.test;        host mx postfix;  sts enforce hostile=loopback
domain sts-redirect-loop.test;      host mx postfix;  sts enforce hostile=redirect-loop
domain sts-gzip-bomb.test;          host mx postfix;  sts enforce hostile=gzip-bomb
domain sts-18000-names.test;        host mx postfix;  sts enforce hostile=many-names

# --- DNS: a name server that means harm (faulty/hostile_dns.py), and signatures that do ---
domain dns-alias-loop.test dnssec=hostile
domain dns-aliases-without-end.test dnssec=hostile
domain dns-referral-loop.test dnssec=hostile
domain dns-pointer-loop.test dnssec=hostile
domain dns-truncation-loop.test dnssec=hostile
domain dns-truncation-silence.test dnssec=hostile-silent
domain dns-crowd.test dnssec=hostile;           host mx faulty server
domain dns-inward.test dnssec=hostile;          host mx faulty server
domain dns-rebinding.test dnssec=hostile;       host mx faulty server
domain dns-long-texts.test dnssec=hostile;      host mx faulty server
domain dns-control-names.test dnssec=hostile;   host mx faulty server
domain dnssec-iterations.test dnssec=nsec3-many;        host mx postfix tlsa=311
domain dnssec-colliding.test dnssec=colliding-keys;     host mx postfix tlsa=311
domain dnssec-bogus-storm.test dnssec=colliding-bogus;  host mx postfix tlsa=311
