<#
.SYNOPSIS
    The kiosk as the shell of its account: Shell Launcher starts it again whenever it ends.
#>
Set-StrictMode -Version 3
$program = Split-Path (Split-Path (Split-Path $PSScriptRoot))
# Crashes are counted, and three of them lead to the safe screen: somebody starts it again.
$env:ZHITING_SUPERVISED = '1'
$env:ZHITING_HOME = Join-Path $env:LOCALAPPDATA 'ZhiTing'
$env:PYTHONPATH = $program
$python = Join-Path $program '.venv\Scripts\pythonw.exe'
$run = Start-Process -FilePath $python -ArgumentList '-P', '-m', 'kiosk_app', '--fullscreen', '--profile', 'default' `
    -WorkingDirectory $env:ZHITING_HOME -PassThru -Wait
# No program that ends at once keeps the processor busy by being started over and over.
Start-Sleep -Seconds 1
exit $run.ExitCode
