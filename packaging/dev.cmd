@rem Sets up, runs, tests and checks Teezu Studio from a source tree: packaging\dev help
@echo off
setlocal
if exist "%~dp0..\.venv\Scripts\python.exe" (
    "%~dp0..\.venv\Scripts\python.exe" "%~dp0devtool" %*
    exit /b
)
for %%v in (3.13 3.12 3.14) do (
    py -%%v -c "pass" >nul 2>nul && (
        py -%%v "%~dp0devtool" %*
        exit /b
    )
)
echo No Python 3.12 or newer was found. Install one from the Microsoft Store or with: 1>&2
echo     winget install Python.Python.3.13 1>&2
echo and run the same command again. 1>&2
exit /b 1
