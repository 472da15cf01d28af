# Installs what is missing on Debian 12 / Ubuntu 24.04 and nothing on a second start. Sourced by ./run; expects $root.
# A line of packages-*.txt is a package name, or names joined by "|" of which the first that the system knows is taken.

cache="$root/.cache"
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo -E "$@"
    else say "需要管理员权限来安装系统软件包，请用 root 或安装 sudo 后重试。"
         say "Installing system packages needs root: run as root, or install sudo, and try again."; return 1
    fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]; }

# ensure_system NAME: the packages of installers/packages-NAME.txt are there.
ensure_system() {
    local list="$root/installers/packages-$1.txt" stamp line name wanted missing=""
    stamp="$cache/system-$1-$(cksum <"$list" | cut -d' ' -f1)"
    [ -e "$stamp" ] && return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        say "这不是 Debian/Ubuntu 系统：请自行安装 $list 所列软件包。"
        say "Not a Debian or Ubuntu system: install what $list names by your own means."
        return 0
    fi
    pick_missing() {
        missing=""
        while IFS= read -r line; do
            line=${line%%#*}; line=${line// /}
            [ -n "$line" ] || continue
            wanted=""
            for name in ${line//|/ }; do
                if installed "$name"; then wanted=""; break; fi
                if [ -z "$wanted" ] && apt-cache show "$name" >/dev/null 2>&1; then wanted=$name; fi
            done
            [ -n "$wanted" ] && missing="$missing $wanted"
        done <"$list"
        return 0
    }
    # A bare image has no package list yet: without one nothing can be looked up.
    if ! apt-cache show bash >/dev/null 2>&1; then
        say "正在更新软件包列表 / updating the package list"
        as_root apt-get update -qq >&2 || return 1
    fi
    pick_missing
    if [ -n "$missing" ]; then
        say "正在安装系统软件包 / installing system packages:$missing"
        as_root apt-get update -qq >&2 || return 1
        pick_missing
        # shellcheck disable=SC2086
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 || return 1
    fi
    mkdir -p "$cache" && : >"$stamp"
}

usable_python() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

# ensure_python: .venv holds exactly requirements.lock.
ensure_python() {
    local stamp python="" candidate
    stamp="$venv/.stamp-$(cat "$root/requirements.lock" "$root/installers/uv.lock" | cksum | cut -d' ' -f1)"
    [ -e "$stamp" ] && return 0
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
        if usable_python "$candidate"; then python=$candidate; break; fi
    done
    if [ -z "$python" ]; then
        say "需要 Python 3.11 至 3.13（含 venv）。"
        say "Python 3.11 to 3.13 with venv is needed."
        return 1
    fi
    say "正在准备 Python 环境 / preparing the Python environment"
    if ! { [ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import pip' 2>/dev/null; }; then
        rm -rf "$venv" && "$python" -m venv "$venv" || return 1
    fi
    rm -f "$venv"/.stamp-*
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r "$root/installers/uv.lock" >&2 || return 1
    # Compiled here once; else each program would compile the packages at each start where it may not write.
    UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-}}" \
        "$venv/bin/python" -m uv pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps \
        --require-hashes -r "$root/requirements.lock" >&2 || return 1
    : >"$stamp"
}

# ensure_device_rules: whoever sits at this terminal may open its USB devices. Asked for once, by a technician.
ensure_device_rules() {
    local rules="$root/installers/udev/70-zhiting.rules" folder="${ZHITING_UDEV_RULES:-/etc/udev/rules.d}" target
    target="$folder/70-zhiting.rules"
    if [ ! -d "$folder" ]; then
        say "这个系统没有 udev（$folder），没有改变任何内容。"
        say "This system has no udev ($folder); nothing was changed."
        return 1
    fi
    if cmp -s "$rules" "$target"; then
        say "设备权限规则已是最新 / the rules for devices are up to date: $target"
        return 0
    fi
    as_root install -m 0644 "$rules" "$target" || return 1
    if [ -d /run/udev ] && command -v udevadm >/dev/null 2>&1; then
        as_root udevadm control --reload && as_root udevadm trigger --subsystem-match=usb --subsystem-match=usbmisc \
            --subsystem-match=tty --subsystem-match=video4linux || return 1
    fi
    say "已安装设备权限规则 / installed the rules for devices: $target"
    say "已插上的设备请重新插拔一次 / plug in anew what is already attached."
}
