<#
.SYNOPSIS
    Makes a Windows machine a ticket kiosk: one program instead of the desktop, nothing else may run, no key leads out.
.DESCRIPTION
    Windows 10 or 11 Enterprise, Education or IoT Enterprise; as administrator. Repeating it changes nothing; unlock.ps1
    takes it back. Restart the machine afterwards. Uses Shell Launcher, AppLocker and Keyboard Filter.
.PARAMETER Account
    The local account that signs in by itself; made when it is not there. Never an administrator's.
.PARAMETER Program
    The folder the program is installed in; only administrators may write there.
.PARAMETER Python
    The folder of the Python that the program's own environment was made from.
#>
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
    [string]$Account = 'ZhiTingKiosk',
    [string]$Program = 'C:\Program Files\ZhiTing',
    [string]$Python = 'C:\Program Files\Python312'
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$space = 'root\standardcimv2\embedded'
$start = Join-Path $Program 'installers\kiosk\windows\start.ps1'

foreach ($path in $start, $Python) {
    if (-not (Test-Path $path)) { throw "$path is not there" }
}

# 1. The features. A restart may be needed before their settings can be made; then this is run once more.
$restart = $false
foreach ($feature in 'Client-EmbeddedShellLauncher', 'Client-KeyboardFilter') {
    if ((Get-WindowsOptionalFeature -Online -FeatureName $feature).State -ne 'Enabled') {
        $done = Enable-WindowsOptionalFeature -Online -FeatureName $feature -All -NoRestart
        $restart = $restart -or $done.RestartNeeded
    }
}
if ($restart) {
    Write-Warning 'Restart the machine and run this once more.'
    return
}

# 2. The account, without a password that anybody knows and without rights.
if (-not (Get-LocalUser -Name $Account -ErrorAction SilentlyContinue)) {
    $bytes = New-Object byte[] 24
    [Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes)
    $secret = ConvertTo-SecureString ([Convert]::ToBase64String($bytes)) -AsPlainText -Force
    New-LocalUser -Name $Account -Password $secret -PasswordNeverExpires -UserMayNotChangePassword | Out-Null
    Add-LocalGroupMember -SID 'S-1-5-32-545' -Member $Account
}
$sid = (Get-LocalUser -Name $Account).SID.Value
$administrators = Get-LocalGroupMember -SID 'S-1-5-32-544' | ForEach-Object { $_.SID.Value }
if ($administrators -contains $sid) { throw "$Account is an administrator: choose another account" }

# 3. Shell Launcher: the program is the desktop. Whatever it ends with, it is started again (action 0); everybody else
#    keeps the ordinary desktop.
$launcher = [wmiclass]"\\localhost\${space}:WESL_UserSetting"
$shell = "powershell.exe -NoProfile -WindowStyle Hidden -ExecutionPolicy Bypass -File `"$start`""
$launcher.SetDefaultShell('explorer.exe', 0) | Out-Null
if (Get-CimInstance -Namespace $space -ClassName WESL_UserSetting | Where-Object Sid -eq $sid) {
    $launcher.RemoveCustomShell($sid) | Out-Null
}
$launcher.SetCustomShell($sid, $shell, $null, $null, 0) | Out-Null
$launcher.SetEnabled($true) | Out-Null

# 4. AppLocker: this account may run Windows itself and the program, and nothing that lies where it may write.
$policy = Join-Path $PSScriptRoot 'applocker.xml'
$wanted = (Get-Content -Raw -Encoding UTF8 $policy).Replace('KIOSK-SID', $sid)
$wanted = $wanted.Replace('PROGRAM-FOLDER', $Program).Replace('PYTHON-FOLDER', $Python)
$made = Join-Path $env:ProgramData 'ZhiTing\applocker.xml'
New-Item -ItemType Directory -Force (Split-Path $made) | Out-Null
$before = Join-Path $env:ProgramData 'ZhiTing\applocker.before.xml'
if (-not (Test-Path $before)) { Get-AppLockerPolicy -Local -Xml | Set-Content -Encoding UTF8 $before }
Set-Content -Encoding UTF8 $made $wanted
Set-AppLockerPolicy -XmlPolicy $made
& sc.exe config appidsvc start= auto | Out-Null
Start-Service AppIDSvc

# 5. Keyboard Filter: no combination of the system reaches it. Administrators keep theirs.
Get-CimInstance -Namespace $space -ClassName WEKF_Settings |
    Where-Object Name -eq 'DisableKeyboardFilterForAdministrators' |
    Set-CimInstance -Property @{ Value = 'true' }
Get-CimInstance -Namespace $space -ClassName WEKF_PredefinedKey | Set-CimInstance -Property @{ Enabled = 1 }
$keys = [wmiclass]"\\localhost\${space}:WEKF_CustomKey"
foreach ($key in 'Ctrl+P', 'Ctrl+O', 'Ctrl+N', 'Ctrl+Shift+N', 'Alt+Space', 'Shift+F10') {
    if (-not (Get-CimInstance -Namespace $space -ClassName WEKF_CustomKey | Where-Object Id -eq $key)) {
        $keys.Add($key) | Out-Null
    }
}

# 6. Touch: no swipe from an edge, no pressing long for a right click's ring.
$edge = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\EdgeUI'
New-Item -Force $edge | Out-Null
Set-ItemProperty $edge -Name AllowEdgeSwipe -Type DWord -Value 0

Write-Output "Locked for $Account. Set the account's sign-in at start-up (Autologon of Sysinternals), then restart."
