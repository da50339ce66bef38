#!/bin/sh
# Installs what Debian and Ubuntu leave out and the program needs: the libraries that Qt's window looks for, the part
# of Python that makes a virtual environment, and a font that reads well. Nothing happens where all of it is there,
# or on another system. Run it as yourself; it asks for rights only when there is something to install.
set -eu
# A user's PATH, and with Debian's su that of root, lacks what ldconfig and dpkg are found in.
PATH="$PATH:/usr/sbin:/sbin"

# A library as the linker knows it, and the package that brings it. What another line's package depends on is left
# out: libxcb-cursor0 brings image, render and render-util, libfontconfig1 brings freetype.
LIBRARIES='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11-xcb.so.1 libx11-xcb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-shape.so.0 libxcb-shape0
libxcb-sync.so.1 libxcb-sync1
libxcb-util.so.1 libxcb-util1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxkbcommon.so.0 libxkbcommon0
'

missing_packages() {
    known=$(ldconfig -p)
    echo "$LIBRARIES" | while read -r library package; do
        [ -n "$library" ] || continue
        case $known in
            *"	$library "*) ;;
            *) echo "$package" ;;
        esac
    done
    # Debian's own Python comes without it; where there is no python3 yet, this brings that as well.
    python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

missing_font() {
    # One of these is what the window is drawn for; any other font will do where none of them can be had.
    found=$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.local/share/fonts" "${HOME:-/root}/.fonts" \
        \( -name 'Inter*' -o -name 'NotoSans-Regular*' -o -name 'Ubuntu*' \) 2>/dev/null | head -n 1)
    [ -n "$found" ] || echo fonts-inter
}

rights() {
    # How to become root: not at all, by sudo, or by sudo that must not ask because nobody can answer.
    if [ "$(id -u)" -eq 0 ]; then echo env
    elif ! command -v sudo >/dev/null; then echo none
    elif [ -t 0 ]; then echo sudo
    elif sudo -n true 2>/dev/null; then echo "sudo -n"
    else echo none
    fi
}

install() {
    # Recommended packages are left out: they would bring half a desktop.
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null </dev/null
}

command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0

packages=$(missing_packages | paste -sd ' ' -)
font=$(missing_font)
[ -n "$packages$font" ] || exit 0

root=$(rights)
if [ "$root" = none ]; then
    # A nicer font is no reason to stop.
    [ -n "$packages" ] || exit 0
    echo "Some system packages are missing. Have an administrator run: apt-get install $packages" >&2
    exit 1
fi

echo "Installing what the window needs from the system:" $packages $font
# A source of packages that doesn't answer may be one that isn't needed: installing tells.
$root apt-get update -qq >/dev/null 2>&1 </dev/null || true
# shellcheck disable=SC2086  # a list of packages is meant to fall apart into words
if [ -n "$packages" ] && ! install $packages; then
    echo "Some system packages could not be installed. Try it yourself: apt-get install $packages" >&2
    exit 1
fi
[ -z "$font" ] || install "$font" 2>/dev/null || true
