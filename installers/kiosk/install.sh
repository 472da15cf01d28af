#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine a ticket kiosk or a wall display, a hall server, or a counter. As root, after
# ./run has been used once in /opt/zhiting (it installs what the programs need). Repeating it changes nothing.
#   install.sh kiosk|signage|server|counter     set it up and start it at every boot
#   install.sh kiosk|signage|counter KEY        and take new versions that this key has signed (./run release keys)
#   install.sh undo                             take all of it back; data in /var/lib and /etc/zhiting stays
set -eu
root=/opt/zhiting
units=/etc/systemd/system
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

say() { printf '%s\n' "$*" >&2; }

user_of() { id -u "$1" >/dev/null 2>&1 || useradd --system --home-dir "$2" --shell /usr/sbin/nologin "$1"; }

# No way to a console: no getty on any terminal, no reboot by keys, no magic keys of the kernel.
close_consoles() {
    mkdir -p /etc/systemd/logind.conf.d /etc/sysctl.d
    cat >/etc/systemd/logind.conf.d/zhiting.conf <<'TXT'
[Login]
NAutoVTs=0
ReserveVT=0
HandlePowerKey=ignore
HandleRebootKey=ignore
HandleSuspendKey=ignore
HandleHibernateKey=ignore
TXT
    printf 'kernel.sysrq = 0\n' >/etc/sysctl.d/60-zhiting.conf
    sysctl -q -p /etc/sysctl.d/60-zhiting.conf || true
    systemctl mask --quiet ctrl-alt-del.target getty@tty1.service
}

open_consoles() {
    rm -f /etc/systemd/logind.conf.d/zhiting.conf /etc/sysctl.d/60-zhiting.conf
    systemctl unmask --quiet ctrl-alt-del.target getty@tty1.service || true
}

screen() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends cage xwayland seatd kbd >&2
    user_of zhiting-screen /var/lib/zhiting-screen
    # Whom seatd lets open the screen and the touch panel.
    for group in video render lp dialout plugdev audio _seatd seat; do
        if getent group "$group" >/dev/null; then usermod -a -G "$group" zhiting-screen; fi
    done
    systemctl enable --quiet --now seatd.service
    close_consoles
}

# Whose versions this terminal takes; what is there already stays, so that nobody changes it by repeating this.
trust() {
    if [ -z "$1" ]; then return; fi
    mkdir -p /etc/zhiting
    if [ ! -e /etc/zhiting/updates.toml ]; then
        printf 'keys = ["%s"]\nfolder = "%s"\n' "$1" "$2" >/etc/zhiting/updates.toml
    fi
}

start() {
    install -m 0644 "$here/../systemd/zhiting-$1.service" "$units/"
    mkdir -p /etc/zhiting
    # The programs' folder is read only to the services: what Python would write there is written now.
    "$root/.venv/bin/python" -m compileall -q "$root/server" "$root/shared" "$root/${1}_app" >/dev/null 2>&1 || true
    systemctl daemon-reload
    systemctl enable --quiet "zhiting-$1.service"
    systemctl restart "zhiting-$1.service"
}

if [ "$(id -u)" != 0 ]; then say "请用 root 运行 / run as root"; exit 1; fi
case "${1:-}" in
    kiosk | signage) screen; trust "${2:-}" /var/lib/zhiting-screen/updates; start "$1" ;;
    server) user_of zhiting /var/lib/zhiting; start server ;;
    counter)
        trust "${2:-}" "~/.local/state/zhiting-updates"
        # Of whoever is signed in to the desktop, not of the machine.
        install -D -m 0644 "$here/../systemd/zhiting-counter.service" /etc/systemd/user/zhiting-counter.service
        systemctl --global enable --quiet zhiting-counter.service ;;
    undo)
        for name in kiosk signage server; do
            systemctl disable --quiet --now "zhiting-$name.service" 2>/dev/null || true
            rm -f "$units/zhiting-$name.service"
        done
        systemctl --global disable --quiet zhiting-counter.service 2>/dev/null || true
        rm -f /etc/systemd/user/zhiting-counter.service
        open_consoles
        systemctl daemon-reload ;;
    *) say "用法 / usage: install.sh kiosk|signage|server|counter|undo"; exit 2 ;;
esac
