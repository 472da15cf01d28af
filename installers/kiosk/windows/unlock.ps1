<#
.SYNOPSIS
    Takes back what lock.ps1 did; the account and the program's data stay. As administrator; restart afterwards.
#>
#Requires -RunAsAdministrator
[CmdletBinding()]
param([string]$Account = 'ZhiTingKiosk')
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$space = 'root\standardcimv2\embedded'

# 3. Shell Launcher
$launcher = [wmiclass]"\\localhost\${space}:WESL_UserSetting"
$user = Get-LocalUser -Name $Account -ErrorAction SilentlyContinue
if ($user) {
    $sid = $user.SID.Value
    if (Get-CimInstance -Namespace $space -ClassName WESL_UserSetting | Where-Object Sid -eq $sid) {
        $launcher.RemoveCustomShell($sid) | Out-Null
    }
}
$launcher.SetEnabled($false) | Out-Null

# 4. AppLocker: what was there before
$before = Join-Path $env:ProgramData 'ZhiTing\applocker.before.xml'
if (Test-Path $before) {
    Set-AppLockerPolicy -XmlPolicy $before
    Remove-Item $before
}

# 5. Keyboard Filter
Get-CimInstance -Namespace $space -ClassName WEKF_PredefinedKey | Set-CimInstance -Property @{ Enabled = 0 }
$keys = [wmiclass]"\\localhost\${space}:WEKF_CustomKey"
foreach ($key in 'Ctrl+P', 'Ctrl+O', 'Ctrl+N', 'Ctrl+Shift+N', 'Alt+Space', 'Shift+F10') {
    if (Get-CimInstance -Namespace $space -ClassName WEKF_CustomKey | Where-Object Id -eq $key) {
        $keys.Remove($key) | Out-Null
    }
}

# 6. Touch
Remove-ItemProperty 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\EdgeUI' -Name AllowEdgeSwipe -ErrorAction SilentlyContinue

# 1. The features, last: their settings can only be taken back while they are there.
foreach ($feature in 'Client-EmbeddedShellLauncher', 'Client-KeyboardFilter') {
    if ((Get-WindowsOptionalFeature -Online -FeatureName $feature).State -eq 'Enabled') {
        Disable-WindowsOptionalFeature -Online -FeatureName $feature -NoRestart | Out-Null
    }
}
Write-Output 'Unlocked. Restart the machine.'
