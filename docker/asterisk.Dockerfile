# Asterisk alone. Its configuration is rendered into the home by the setup step, its sounds lie in the cache.
# Debian's unstable suite is the one that has Asterisk; its index moves, and a version pinned today is gone tomorrow.
FROM debian:sid-slim

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends asterisk \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 rufwerk \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/rufwerk --no-create-home rufwerk \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/rufwerk /var/cache/rufwerk \
    && install -d /opt/asterisk \
    # the same path on every processor, so that the rendered configuration can name it
    && ln -s "$(dirname "$(find /usr/lib -name chan_pjsip.so)")" /opt/asterisk/modules
USER 10001:10001
CMD ["/usr/sbin/asterisk", "-C", "/var/lib/rufwerk/asterisk/etc/asterisk.conf", "-f"]
