"""Programs, and the arguments with which they change something. Data only.

A line is a program (with its first argument where that decides), a colon, and the arguments:
`*` for any, none for always. What is long goes on in a second line of that name. What is not
listed only reads, or is unknown.
"""

from collections.abc import Mapping
from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _table(lines: str) -> Mapping[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for line in lines.strip().splitlines():
        name, _, words = line.strip().partition(":")
        table[name] = table.get(name, frozenset()) | (_words(words) or frozenset({""}))
    return MappingProxyType(table)


WINDOWS = _table("""
    arp: -d -s
    attrib: +r -r +h -h +s -s +a -a
    auditpol: /set /clear /restore /remove
    bcdedit: /set /delete /deletevalue /create /import /default /timeout
    certutil: -addstore -delstore -importpfx -pulse -repairstore -setreg -delreg -dspublish -revoke
    chkdsk: /f /r /x /b /spotfix
    cipher: /e /d /w
    cleanmgr:
    copy:
    del:
    defrag:
    dfsrdiag: syncnow pollad replicationstate-reset
    diskpart:
    dism: /restorehealth /add-package /remove-package /enable-feature /disable-feature /add-driver
    dism: /startcomponentcleanup /remove-driver /apply-image /revertpendingactions
    djoin:
    dnscmd: /clearcache /config /recordadd /recorddelete /restart /resetforwarders /zoneadd
    dnscmd: /zonedelete /zonereload /zonerefresh /startscavenging
    dsadd:
    dsmod:
    dsmove:
    dsregcmd: /leave /join /forcerecovery /refreshprt /cleanupaccounts
    dsrm:
    erase:
    format:
    gpupdate:
    icacls: /grant /deny /remove /reset /setowner /inheritance /restore /setintegritylevel
    icacls: /inheritance
    ipconfig: /release /release6 /renew /renew6 /flushdns /registerdns /setclassid
    klist: purge
    logoff: *
    manage-bde: -on -off -lock -unlock -pause -resume -add -delete -disable -enable -autounlock
    md: *
    mkdir: *
    move: *
    msiexec: /i /x /p /fa /f /uninstall
    nbtstat: -r -rr
    net: /add /delete /active /lockoutthreshold /lockoutduration /minpwlen /maxpwage /setsntp
    net continue:
    net pause: *
    net start: *
    net stop: *
    net use: *
    netdom: add join remove move resetpwd reset renamecomputer
    netsh: set add delete reset import exec connect disconnect
    nltest: /sc_reset /sc_change_pwd /force
    ntdsutil: *
    pnputil: /add-driver /delete-driver /enable-device /disable-device /restart-device
    pnputil: /remove-device
    powercfg: /h /hibernate /change /x /setactive /import /delete
    rd: *
    reg: add delete import copy restore load unload
    ren: *
    rename: *
    repadmin: /syncall /replicate /removelingeringobjects /replsingleobj /unhost /rehost
    reset session: *
    rmdir: *
    robocopy: *
    route: add delete change -f
    rwinsta: *
    sc: start stop config delete create failure pause continue control sdset
    schtasks: /create /delete /change /run /end
    secedit: /configure /import
    setspn: -a -s -d -r
    setx: *
    sfc: /scannow /scanfile /offbootdir
    shutdown: /r /s /l /h /p /o /a -r -s -l -a
    subst: *
    takeown: *
    taskkill: *
    tskill: *
    usoclient: *
    vssadmin: delete create resize
    w32tm: /resync /config /register /unregister
    wbadmin: start delete stop enable disable
    wevtutil: cl clear-log sl set-log im um
    winget: install upgrade uninstall import
    wmic: call delete set create
    wusa: *
    xcopy: *
""")

BASH = _table("""
    apt: install remove purge update upgrade full-upgrade autoremove
    apt-get: install remove purge update upgrade dist-upgrade autoremove clean
    certbot: renew certonly revoke delete
    chmod: *
    chown: *
    cp: *
    crontab: -r -e
    dd: *
    defaults: write delete
    dnf: install remove erase update upgrade reinstall clean
    docker: restart stop start rm rmi kill run prune pull
    dpkg: -i -r -p --purge --configure
    dscacheutil: -flushcache
    fdisk: *
    firewall-cmd: --reload --permanent --add-port --add-service --remove-port --remove-service
    fsck: *
    gpasswd: *
    halt:
    hostnamectl: set-hostname
    ifconfig: up down netmask
    ifdown: *
    ifup: *
    ip: add del delete flush set replace change
    ip6tables: -a -d -f -i -x -z -p
    iptables: -a -d -f -i -x -z -p
    journalctl: --vacuum-time --vacuum-size --vacuum-files --rotate --flush
    kdestroy:
    kill: *
    killall: *
    kubectl: apply create delete edit patch scale drain cordon uncordon restart
    launchctl: load unload kickstart bootout bootstrap
    ln: *
    lvextend: *
    lvremove: *
    mkdir: *
    mkfs: *
    mkfs.ext4: *
    mkfs.xfs: *
    modprobe: *
    mount: *
    mv: *
    networksetup: -setdnsservers -setdhcp -setmanual
    nft: add delete flush insert
    nmcli: up down modify add delete reload connect disconnect
    passwd: *
    pkill: *
    postqueue: -f
    postsuper: -d -h -r
    poweroff:
    reboot:
    realm: join leave
    resolvectl: flush-caches
    rm: *
    rmdir: *
    rmmod: *
    rpm: -i -u -e -f -ivh -uvh --import
    rsync: *
    sed: -i --in-place
    service: restart start stop reload
    shutdown:
    snap: install remove refresh
    swapoff: *
    sysctl: -w -p
    systemctl: restart start stop reload reload-or-restart try-restart enable disable mask unmask
    systemctl: kill daemon-reload reset-failed reboot poweroff isolate
    systemd-resolve: --flush-caches
    tee: *
    timedatectl: set-time set-timezone set-ntp
    touch: *
    truncate: *
    ufw: enable disable allow deny reject delete reset reload
    umount: *
    useradd: *
    userdel: *
    usermod: *
    yum: install remove erase update upgrade reinstall clean
    zypper: install remove update
""")

POWERSHELL_ALIASES = _words("rm ri mv mi cp ni kill spps sasv spsv saps clc")

FORTIOS = _words("""
    clear delete delete-all dhcpclient-renew disconnect disconnect-admin-session down factoryreset
    factoryreset2 failover flush force formatlogdisk kill lease-clear reboot renew reset restart
    restore shutdown up update-av update-ips update-now
""")
FORTIOS_EDITS = _words("append clone delete move purge rename set unselect unset")

CISCO_FIRST = _words("""
    clear conf config configure copy delete erase format no reload shutdown wr write
""")

SQL_FIRST = _words("""
    alter begin create delete drop exec execute grant insert kill merge rename replace revoke
    reindex truncate update vacuum
""")
