# shellcheck shell=bash
# What the lab serves: each domain with its servers. lib/world.sh explains the words; domains.md says what
# mailgrade must make of them. A new domain is one paragraph here and one row there.

# --- Postfix and its TLS versions ---
domain modern.test;         host mx postfix
domain tls13-only.test;     host mx postfix tls=1.3
domain tls12-only.test;     host mx postfix tls=1.2
domain tls-old.test;        host mx postfix tls=old
domain tls-all.test;        host mx postfix tls=all
domain no-starttls.test;    host mx postfix tls=none
